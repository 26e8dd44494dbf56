import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom somebody asked into groups: looked for when their account ends. */
export class IndexInviters1764000700901 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_group_members_inviter ON group_members (invited_by)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_group_members_inviter');
  }
}
