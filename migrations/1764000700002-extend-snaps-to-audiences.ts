import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sends to groups and stories, albums, answers, screenshots. */
export class ExtendSnapsToAudiences1764000700002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mortal.snaps
        ADD COLUMN story text CONSTRAINT ck_snaps_story CHECK (story IN ('friends', 'close')),
        ADD COLUMN unspread uuid[],
        ADD COLUMN in_reply_to uuid,
        ADD COLUMN album_id uuid,
        ADD COLUMN album_index smallint,
        ADD COLUMN album_size smallint`);
    await runner.query('CREATE INDEX ix_snaps_unspread ON mortal.snaps (id) WHERE unspread IS NOT NULL');
    await runner.query(`
      ALTER TABLE mortal.deliveries
        ADD COLUMN group_id uuid,
        ADD COLUMN via_story boolean NOT NULL DEFAULT false`);
    await this.#states(runner, ['waiting', 'accepted', 'delivered', 'opened', 'replayed', 'screenshot', 'withdrawn']);
    // One upload at a time, each by its own parameter: a list would look into every hour's partition.
    await runner.query(`
      CREATE FUNCTION lock_uploads(owner uuid, ids uuid[])
      RETURNS TABLE (id uuid, kind text, state text, snap_id uuid, label bigint) LANGUAGE plpgsql AS $$
      DECLARE
        wanted uuid;
      BEGIN
        FOR wanted IN SELECT DISTINCT u FROM unnest(ids) AS u WHERE u IS NOT NULL ORDER BY u LOOP
          RETURN QUERY SELECT u.id, u.kind, u.state, u.snap_id, mortal_label(u.id)
            FROM mortal.uploads u WHERE u.id = wanted AND u.owner_id = owner FOR UPDATE;
        END LOOP;
      END $$`);
    await runner.query(`
      CREATE FUNCTION use_upload(upload uuid, snap uuid) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE mortal.uploads u SET snap_id = snap, unused_until = NULL WHERE u.id = upload;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION use_upload(uuid, uuid)');
    await runner.query('DROP FUNCTION lock_uploads(uuid, uuid[])');
    await this.#states(runner, ['waiting', 'accepted', 'delivered', 'opened', 'replayed', 'withdrawn']);
    await runner.query('ALTER TABLE mortal.deliveries DROP COLUMN via_story, DROP COLUMN group_id');
    await runner.query('DROP INDEX mortal.ix_snaps_unspread');
    await runner.query(`
      ALTER TABLE mortal.snaps
        DROP COLUMN album_size, DROP COLUMN album_index, DROP COLUMN album_id, DROP COLUMN in_reply_to, DROP COLUMN unspread, DROP COLUMN story`);
  }

  async #states(runner: QueryRunner, states: readonly string[]): Promise<void> {
    await runner.query(`
      ALTER TABLE mortal.deliveries DROP CONSTRAINT ck_deliveries_state,
        ADD CONSTRAINT ck_deliveries_state CHECK (state IN (${states.map((state) => `'${state}'`).join(', ')}))`);
  }
}
