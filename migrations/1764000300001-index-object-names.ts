import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the orphan sweep: which object belongs to which row, in the order in which stores list names; and whose turn it is. */
export class IndexObjectNames1764000300001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_uploads_object_name ON mortal.uploads (object_name COLLATE "C")');
    await runner.query(
      'CREATE INDEX ix_uploads_incoming_name ON mortal.uploads (incoming_name COLLATE "C") WHERE incoming_name IS NOT NULL',
    );
    await runner.query(`
      CREATE TABLE sweep_turns (
        name text CONSTRAINT pk_sweep_turns PRIMARY KEY,
        next_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sweep_turns');
    await runner.query('DROP INDEX mortal.ix_uploads_incoming_name');
    await runner.query('DROP INDEX mortal.ix_uploads_object_name');
  }
}
