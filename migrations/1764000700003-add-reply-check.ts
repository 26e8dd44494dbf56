import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether a snap of an author was sent to somebody. A function, because only a send that answers asks it: inside the send
 * statement it would lock every hour's partitions of two tables on each send.
 */
export class AddReplyCheck1764000700003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION was_sent(snap uuid, author uuid, recipient uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
      BEGIN
        RETURN EXISTS (SELECT 1 FROM mortal.snaps s WHERE s.id = snap AND s.sender_id = author)
           AND EXISTS (SELECT 1 FROM mortal.deliveries d
                       WHERE d.snap_id = snap AND d.recipient_id = recipient AND d.state <> 'waiting' AND d.ended_at IS NULL);
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION was_sent(uuid, uuid, uuid)');
  }
}
