import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports, with the copy that moderators may open. No foreign keys: what is reported may be gone, and so may who reported it. */
export class CreateReports1764000800001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reports (
        id uuid CONSTRAINT pk_reports PRIMARY KEY,
        reporter_id uuid,
        snap_id uuid,
        user_id uuid,
        group_id uuid,
        reason text NOT NULL,
        note bytea,
        evidence text NOT NULL CONSTRAINT ck_reports_evidence
          CHECK (evidence = ANY (ARRAY['sealed'::text, 'verified_copy'::text, 'unverified'::text, 'gone'::text])),
        object_name text,
        content_key bytea,
        content_type text,
        words bytea,
        words_key bytea,
        commitment bytea,
        created_at timestamptz NOT NULL,
        keep_until timestamptz NOT NULL,
        hold_by uuid,
        held_by uuid,
        decided_at timestamptz,
        outcome text CONSTRAINT ck_reports_outcome
          CHECK (outcome = ANY (ARRAY['no_action'::text, 'warned'::text, 'removed'::text, 'suspended'::text])),
        outcome_reason text,
        CONSTRAINT ck_reports_two_moderators CHECK (hold_by <> held_by)
      )`);
    await runner.query('CREATE INDEX ix_reports_reporter ON reports (reporter_id, created_at, id)');
    await runner.query('CREATE INDEX ix_reports_reported ON reports (user_id, created_at, id)');
    await runner.query('CREATE INDEX ix_reports_created ON reports (created_at, id)');
    await runner.query('CREATE INDEX ix_reports_keep_until ON reports (keep_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reports');
  }
}
