import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leaves on their way to the public log. The application's role may add and read them, never change or take one back. */
export class CreateLedger1763668800003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ledger_outbox PRIMARY KEY,
        leaf text NOT NULL,
        subject bytea NOT NULL,
        written_at timestamptz NOT NULL DEFAULT flits_now()
      )`);
    // One ACCEPT and at most one ERASE a commitment, one HOUR a label: whoever comes second writes nothing.
    await runner.query(`CREATE UNIQUE INDEX ux_ledger_outbox_subject ON ledger_outbox (subject, split_part(leaf, ' ', 1))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_outbox');
  }
}
