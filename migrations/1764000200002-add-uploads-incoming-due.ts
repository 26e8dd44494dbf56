import type { MigrationInterface, QueryRunner } from 'typeorm';

const FINISHED = `state IN ('ready', 'rejected', 'erased')`;

/** A link outlives what was PUT through it: when to look again for bytes that came once more (R7). */
export class AddUploadsIncomingDue1764000200002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.uploads ADD COLUMN incoming_due timestamptz');
    await runner.query('DROP INDEX mortal.ix_uploads_incoming');
    await runner.query(`CREATE INDEX ix_uploads_incoming ON mortal.uploads (incoming_due) WHERE incoming_name IS NOT NULL AND ${FINISHED}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX mortal.ix_uploads_incoming');
    await runner.query(`CREATE INDEX ix_uploads_incoming ON mortal.uploads (id) WHERE incoming_name IS NOT NULL AND ${FINISHED}`);
    await runner.query('ALTER TABLE mortal.uploads DROP COLUMN incoming_due');
  }
}
