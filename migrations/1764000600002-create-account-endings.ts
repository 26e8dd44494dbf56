import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Handles that nobody may take yet, and links to exports. */
export class CreateAccountEndings1764000600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A MAC: whoever reads this table learns no handle, whoever asks for one is answered.
    await runner.query(`
      CREATE TABLE handle_quarantine (
        handle_mac bytea CONSTRAINT pk_handle_quarantine PRIMARY KEY,
        held_until timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE exports (
        id uuid CONSTRAINT pk_exports PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT ux_exports_person UNIQUE,
        device_id uuid NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE exports');
    await runner.query('DROP TABLE handle_quarantine');
  }
}
