import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The random number by which a deleted account is known beside the key vault (src/platform/key-vault/account-tombstones.ts):
 * in the row from sign-up on, so that a backup made before the deletion can be told what to leave out.
 */
export class AddPersonTombstones1764000400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE people ADD COLUMN tombstone text NOT NULL DEFAULT gen_random_uuid()::text CONSTRAINT ux_people_tombstone UNIQUE',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE people DROP COLUMN tombstone');
  }
}
