import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnaps1763668800008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mortal.snaps (
        id uuid NOT NULL CONSTRAINT pk_snaps PRIMARY KEY,
        sender_id uuid NOT NULL,
        upload_id uuid,
        kind text NOT NULL CONSTRAINT ck_snaps_kind CHECK (kind IN ('photo', 'clip', 'voice', 'text')),
        state text NOT NULL CONSTRAINT ck_snaps_state CHECK (state IN ('waiting', 'sent', 'failed', 'erased')),
        reason text,
        accepted_at timestamptz NOT NULL,
        deadline timestamptz NOT NULL,
        due_at timestamptz,
        mode text NOT NULL CONSTRAINT ck_snaps_mode CHECK (mode IN ('once', 'until_expiry')),
        view_seconds smallint,
        loop boolean NOT NULL,
        replays smallint NOT NULL,
        words bytea,
        words_key bytea,
        salt bytea NOT NULL,
        unopened smallint NOT NULL,
        final_at timestamptz
      ) PARTITION BY RANGE (id)`);
    await runner.query('CREATE INDEX ix_snaps_sender ON mortal.snaps (sender_id, accepted_at, id)');
    await runner.query('CREATE INDEX ix_snaps_due ON mortal.snaps (due_at, id) WHERE due_at IS NOT NULL');
    await runner.query(`
      CREATE TABLE mortal.deliveries (
        snap_id uuid NOT NULL,
        recipient_id uuid NOT NULL,
        sender_id uuid NOT NULL,
        state text NOT NULL
          CONSTRAINT ck_deliveries_state CHECK (state IN ('waiting', 'accepted', 'delivered', 'opened', 'replayed', 'withdrawn')),
        sent_at timestamptz NOT NULL,
        opened_at timestamptz,
        lease_device_id uuid,
        lease_key_mac bytea,
        lease_until timestamptz,
        replays_left smallint NOT NULL,
        replay_until timestamptz,
        closed_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT pk_deliveries PRIMARY KEY (snap_id, recipient_id)
      ) PARTITION BY RANGE (snap_id)`);
    await runner.query('CREATE INDEX ix_deliveries_inbox ON mortal.deliveries (recipient_id, sent_at, snap_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mortal.deliveries');
    await runner.query('DROP TABLE mortal.snaps');
  }
}
