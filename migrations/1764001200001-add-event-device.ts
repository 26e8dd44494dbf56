import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The device of its owner that an event came of: it knows, and only the owner's other devices are told. `append_events` with
 * four arguments stays for processes of the release before; it goes with the next one.
 */
export class AddEventDevice1764001200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE mortal.events ADD COLUMN device_id uuid');
    await runner.query(`
      CREATE FUNCTION append_events(owners uuid[], types text[], refs uuid[], actors uuid[], devices uuid[])
      RETURNS TABLE (owner uuid, number bigint) LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM 1 FROM event_heads h WHERE h.person_id = ANY (owners) ORDER BY h.person_id FOR UPDATE;
        RETURN QUERY
        WITH fresh AS (
          SELECT u.*, row_number() OVER (PARTITION BY u.owner_id ORDER BY u.n) AS k
          FROM unnest(owners, types, refs, actors, devices) WITH ORDINALITY AS u(owner_id, type, ref, actor, device_id, n)
        ), bumped AS (
          UPDATE event_heads h SET head = h.head + c.n
          FROM (SELECT f.owner_id, count(*) AS n FROM fresh f GROUP BY f.owner_id) c
          WHERE h.person_id = c.owner_id
          RETURNING h.person_id, h.head - c.n AS before
        )
        INSERT INTO mortal.events AS e (owner_id, seq, at, type, ref, actor, device_id)
        SELECT f.owner_id, b.before + f.k, flits_now(), f.type, f.ref, f.actor, f.device_id
        FROM fresh f JOIN bumped b ON b.person_id = f.owner_id
        RETURNING e.owner_id, e.seq;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION append_events(uuid[], text[], uuid[], uuid[], uuid[])');
    await runner.query('ALTER TABLE mortal.events DROP COLUMN device_id');
  }
}
