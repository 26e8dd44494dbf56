import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where devices are woken up. Goes with the device's session; endpoint and keys are sealed. */
export class CreatePushSubscriptions1764000910001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE push_subscriptions (
        device_id uuid CONSTRAINT pk_push_subscriptions PRIMARY KEY
          CONSTRAINT fk_push_subscriptions_device REFERENCES devices (id) ON DELETE CASCADE,
        person_id uuid NOT NULL,
        provider text NOT NULL CONSTRAINT ck_push_subscriptions_provider CHECK (provider = 'webpush'::text),
        target bytea NOT NULL,
        target_mac bytea NOT NULL CONSTRAINT ux_push_subscriptions_target UNIQUE,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        looked_seq bigint NOT NULL,
        due_at timestamptz,
        woken_at timestamptz,
        failures smallint NOT NULL DEFAULT 0
      )`);
    await runner.query('CREATE INDEX ix_push_subscriptions_person ON push_subscriptions (person_id)');
    await runner.query('CREATE INDEX ix_push_subscriptions_due ON push_subscriptions (due_at) WHERE due_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE push_subscriptions');
  }
}
