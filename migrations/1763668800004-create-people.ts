import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People and their devices (a device's session is the device's row), idempotency records. */
export class CreatePeople1763668800004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE people (
        id uuid CONSTRAINT pk_people PRIMARY KEY,
        handle text NOT NULL CONSTRAINT ux_people_handle UNIQUE,
        display_name text NOT NULL,
        password_hash text NOT NULL,
        recovery_hash text NOT NULL,
        birth_date date,
        opened_receipts boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        suspended_at timestamptz
      )`);
    await runner.query(`
      CREATE TABLE devices (
        id uuid CONSTRAINT pk_devices PRIMARY KEY,
        person_id uuid NOT NULL CONSTRAINT fk_devices_person REFERENCES people (id) ON DELETE CASCADE,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        refresh_generation integer NOT NULL DEFAULT 0,
        refreshed_at timestamptz NOT NULL DEFAULT flits_now(),
        reauthenticated_at timestamptz NOT NULL DEFAULT flits_now(),
        acked_seq bigint NOT NULL DEFAULT 0,
        ended_at timestamptz
      )`);
    await runner.query('CREATE INDEX ix_devices_person ON devices (person_id) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX ix_devices_ended ON devices (ended_at) WHERE ended_at IS NOT NULL');
    // An HMAC of key and body and the id that came of them, never a body. Lives as long as that id's hour, at least 24 h.
    await runner.query(`
      CREATE TABLE idempotency_keys (
        scope uuid NOT NULL,
        route text NOT NULL,
        key_mac bytea NOT NULL,
        body_mac bytea NOT NULL,
        result_id uuid NOT NULL,
        dies_at timestamptz NOT NULL,
        CONSTRAINT pk_idempotency_keys PRIMARY KEY (scope, route, key_mac)
      )`);
    await runner.query('CREATE INDEX ix_idempotency_keys_dies ON idempotency_keys (dies_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
    await runner.query('DROP TABLE devices');
    await runner.query('DROP TABLE people');
  }
}
