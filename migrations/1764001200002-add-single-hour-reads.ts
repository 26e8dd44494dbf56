import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rows of mortal tables that another row names. Functions, because inside a statement such a row may be of any hour: each
 * execution would set up a scan of every hour's partition to run one of them. A function knows its argument before it plans
 * to run, and opens that hour alone.
 */
export class AddSingleHourReads1764001200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION upload_of(upload uuid) RETURNS SETOF mortal.uploads LANGUAGE plpgsql STABLE STRICT ROWS 1 AS $$
      BEGIN
        RETURN QUERY SELECT * FROM mortal.uploads u WHERE u.id = upload;
      END $$`);
    await runner.query(`
      CREATE FUNCTION living_snap(snap uuid) RETURNS uuid LANGUAGE plpgsql STABLE STRICT AS $$
      BEGIN
        RETURN (SELECT s.id FROM mortal.snaps s WHERE s.id = snap AND s.state = 'sent' AND s.deadline > flits_now());
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION living_snap(uuid)');
    await runner.query('DROP FUNCTION upload_of(uuid)');
  }
}
