import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups and who is in them. A delivery names the group it came through, so that leaving it ends what was not opened. */
export class CreateGroups1764000700001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE groups (
        id uuid CONSTRAINT pk_groups PRIMARY KEY,
        name text NOT NULL,
        owner_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT flits_now()
      )`);
    await runner.query(`
      CREATE TABLE group_members (
        group_id uuid NOT NULL,
        person_id uuid NOT NULL,
        state text NOT NULL CONSTRAINT ck_group_members_state CHECK (state IN ('invited', 'member')),
        invited_by uuid NOT NULL,
        since timestamptz NOT NULL,
        CONSTRAINT pk_group_members PRIMARY KEY (group_id, person_id)
      )`);
    await runner.query('CREATE INDEX ix_group_members_person ON group_members (person_id, group_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE group_members');
    await runner.query('DROP TABLE groups');
  }
}
