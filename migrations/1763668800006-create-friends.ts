import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests, and friendships as two rows, one for each side: every look-up is keyed by the person who asks. */
export class CreateFriends1763668800006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE friend_requests (
        id uuid CONSTRAINT pk_friend_requests PRIMARY KEY,
        from_id uuid NOT NULL,
        to_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT flits_now(),
        CONSTRAINT ux_friend_requests_pair UNIQUE (from_id, to_id),
        CONSTRAINT ck_friend_requests_self CHECK (from_id <> to_id)
      )`);
    await runner.query('CREATE INDEX ix_friend_requests_to ON friend_requests (to_id, created_at)');
    await runner.query(`
      CREATE TABLE friendships (
        person_id uuid NOT NULL,
        friend_id uuid NOT NULL,
        since timestamptz NOT NULL DEFAULT flits_now(),
        CONSTRAINT pk_friendships PRIMARY KEY (person_id, friend_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE friendships');
    await runner.query('DROP TABLE friend_requests');
  }
}
