import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The public log: leaves at their positions, the hashes of complete subtrees, signed heads. All of it is append-only for the
 * application's role (src/platform/database/migrator.ts).
 */
export class CreateLog1763668800009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Looked through once a bucket from a time on; rows come in the order of their time, so a summary of pages is enough.
    await runner.query('CREATE INDEX ix_ledger_outbox_written_at ON ledger_outbox USING brin (written_at) WITH (autosummarize = on)');
    await runner.query(`
      CREATE TABLE log_leaves (
        position bigint CONSTRAINT pk_log_leaves PRIMARY KEY,
        outbox_id bigint NOT NULL CONSTRAINT uq_log_leaves_outbox UNIQUE,
        leaf_hash bytea NOT NULL,
        leaf text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE log_nodes (
        level smallint NOT NULL,
        index bigint NOT NULL,
        hash bytea NOT NULL,
        CONSTRAINT pk_log_nodes PRIMARY KEY (level, index)
      )`);
    // A bucket whose leaves all have their positions: it publishes once, whoever asks again.
    await runner.query('CREATE TABLE log_cuts (cut bigint CONSTRAINT pk_log_cuts PRIMARY KEY)');
    await runner.query(`
      CREATE TABLE log_checkpoints (
        size bigint CONSTRAINT pk_log_checkpoints PRIMARY KEY,
        note text NOT NULL,
        published_at timestamptz NOT NULL DEFAULT flits_now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_checkpoints');
    await runner.query('DROP TABLE log_cuts');
    await runner.query('DROP TABLE log_nodes');
    await runner.query('DROP TABLE log_leaves');
    await runner.query('DROP INDEX ix_ledger_outbox_written_at');
  }
}
