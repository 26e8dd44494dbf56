import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each person's uploads of the last day weigh, for quotas. Outside `mortal`: a short life must not buy a larger quota. */
export class CreateUploadCharges1764000200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upload_charges (
        upload_id uuid NOT NULL CONSTRAINT pk_upload_charges PRIMARY KEY,
        person_id uuid NOT NULL,
        bytes bigint NOT NULL,
        charged_at timestamptz NOT NULL,
        counts_until timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX ix_upload_charges_person ON upload_charges (person_id, counts_until)');
    await runner.query('CREATE INDEX ix_upload_charges_until ON upload_charges (counts_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upload_charges');
  }
}
