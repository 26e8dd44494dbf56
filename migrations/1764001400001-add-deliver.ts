import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A snap arrived at a recipient, of whom nothing was told yet. One hour's table is opened, whatever is acked together. */
export class AddDeliver1764001400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION deliver(snap uuid, recipient uuid) RETURNS uuid LANGUAGE plpgsql AS $$
      DECLARE
        sender uuid;
      BEGIN
        UPDATE mortal.deliveries d SET state = 'delivered'
        WHERE d.snap_id = snap AND d.recipient_id = recipient AND d.state = 'accepted' AND d.ended_at IS NULL
        RETURNING d.sender_id INTO sender;
        RETURN sender;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION deliver(uuid, uuid)');
  }
}
