import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUploads1763668800007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mortal.uploads (
        id uuid NOT NULL CONSTRAINT pk_uploads PRIMARY KEY,
        owner_id uuid NOT NULL,
        kind text NOT NULL CONSTRAINT ck_uploads_kind CHECK (kind IN ('photo', 'clip', 'voice')),
        state text NOT NULL DEFAULT 'pending'
          CONSTRAINT ck_uploads_state CHECK (state IN ('pending', 'processing', 'ready', 'rejected', 'erased')),
        reason text,
        created_at timestamptz NOT NULL,
        unused_until timestamptz,
        incoming_name text,
        incoming_bytes integer NOT NULL,
        incoming_sha256 text NOT NULL,
        encryption text NOT NULL CONSTRAINT ck_uploads_encryption CHECK (encryption IN ('aes128gcm', 'none')),
        client_key bytea,
        content_key bytea,
        object_name text NOT NULL,
        claimed_until timestamptz,
        decode_started_at timestamptz,
        width integer,
        height integer,
        duration_ms integer,
        content_type text,
        bytes integer,
        sha256 text,
        thumbhash bytea,
        snap_id uuid
      ) PARTITION BY RANGE (id)`);
    await runner.query('CREATE INDEX ix_uploads_unused ON mortal.uploads (unused_until) WHERE unused_until IS NOT NULL');
    await runner.query(`CREATE INDEX ix_uploads_processing ON mortal.uploads (claimed_until) WHERE state = 'processing'`);
    await runner.query(
      `CREATE INDEX ix_uploads_incoming ON mortal.uploads (id) WHERE incoming_name IS NOT NULL AND state IN ('ready', 'rejected', 'erased')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mortal.uploads');
  }
}
