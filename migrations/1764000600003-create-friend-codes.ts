import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes by which people become friends without knowing a handle: a MAC of each, never the code. */
export class CreateFriendCodes1764000600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE friend_codes (
        code_mac bytea CONSTRAINT pk_friend_codes PRIMARY KEY,
        person_id uuid NOT NULL,
        ask boolean NOT NULL,
        uses_left smallint NOT NULL CONSTRAINT ck_friend_codes_uses CHECK (uses_left BETWEEN 0 AND 10),
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX ix_friend_codes_person ON friend_codes (person_id, expires_at)');
    await runner.query('CREATE INDEX ix_friend_codes_expires ON friend_codes (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE friend_codes');
  }
}
