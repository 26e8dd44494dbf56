import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Blocks, mutes, close friends; how long a person looks at things; when an account ended. */
export class CreateRelations1764000600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE blocks (
        person_id uuid NOT NULL,
        blocked_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        CONSTRAINT pk_blocks PRIMARY KEY (person_id, blocked_id),
        CONSTRAINT ck_blocks_self CHECK (person_id <> blocked_id)
      )`);
    await runner.query('CREATE INDEX ix_blocks_blocked ON blocks (blocked_id)');
    await runner.query(`
      CREATE TABLE mutes (
        person_id uuid NOT NULL,
        muted_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        CONSTRAINT pk_mutes PRIMARY KEY (person_id, muted_id)
      )`);
    await runner.query('CREATE INDEX ix_mutes_muted ON mutes (muted_id)');
    await runner.query(`
      CREATE TABLE close_friends (
        person_id uuid NOT NULL,
        friend_id uuid NOT NULL,
        CONSTRAINT pk_close_friends PRIMARY KEY (person_id, friend_id)
      )`);
    await runner.query('CREATE INDEX ix_close_friends_friend ON close_friends (friend_id)');
    // Either direction: a block hides two people from each other, whoever made it.
    await runner.query(`
      CREATE FUNCTION is_blocked(a uuid, b uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT EXISTS (SELECT FROM blocks WHERE person_id = a AND blocked_id = b)
            OR EXISTS (SELECT FROM blocks WHERE person_id = b AND blocked_id = a)
      $$`);
    await runner.query(`
      ALTER TABLE people
        ADD COLUMN view_time text NOT NULL DEFAULT 'as_sent'
          CONSTRAINT ck_people_view_time CHECK (view_time IN ('as_sent', 'x5', 'until_closed')),
        ADD COLUMN suspended_reason text,
        ADD COLUMN deleted_at timestamptz`);
    await runner.query('CREATE INDEX ix_people_deleted ON people (deleted_at) WHERE deleted_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_people_deleted');
    await runner.query('ALTER TABLE people DROP COLUMN deleted_at, DROP COLUMN suspended_reason, DROP COLUMN view_time');
    await runner.query('DROP FUNCTION is_blocked(uuid, uuid)');
    await runner.query('DROP TABLE close_friends');
    await runner.query('DROP TABLE mutes');
    await runner.query('DROP TABLE blocks');
  }
}
