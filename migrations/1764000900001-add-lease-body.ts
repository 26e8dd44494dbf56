import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The MAC of what was asked when a view was granted: the same Idempotency-Key with another body is refused, not resumed. */
export class AddLeaseBody1764000900001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.deliveries ADD COLUMN lease_body_mac bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.deliveries DROP COLUMN lease_body_mac');
  }
}
