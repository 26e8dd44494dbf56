import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators hand out: invites to sign up, one-time codes for a new password. MACs of both, never the codes. */
export class CreateInvitesAndResets1764000600004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE invites (
        code_mac bytea CONSTRAINT pk_invites PRIMARY KEY,
        uses_left integer NOT NULL CONSTRAINT ck_invites_uses CHECK (uses_left >= 0),
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE password_resets (
        person_id uuid CONSTRAINT pk_password_resets PRIMARY KEY
          CONSTRAINT fk_password_resets_person REFERENCES people (id) ON DELETE CASCADE,
        code_mac bytea NOT NULL CONSTRAINT ux_password_resets_code UNIQUE,
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_resets');
    await runner.query('DROP TABLE invites');
  }
}
