import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One event log a person: ids only, numbered by the owner's counter row, whose lock makes numbers rise in commit order (a
 * sequence would not). Cut by birth into steps of a quarter of the longest life.
 */
export class CreateEvents1763668800005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE event_heads (
        person_id uuid CONSTRAINT pk_event_heads PRIMARY KEY,
        head bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE mortal.events (
        owner_id uuid NOT NULL,
        seq bigint NOT NULL,
        at timestamptz NOT NULL,
        type text NOT NULL,
        ref uuid NOT NULL,
        actor uuid,
        CONSTRAINT pk_events PRIMARY KEY (owner_id, seq, at)
      ) PARTITION BY RANGE (at)`);
    // Counters are locked in id order (the one lock order: snap, deliveries, counters). Owners without a counter are gone
    // people: nothing is written for them.
    await runner.query(`
      CREATE FUNCTION append_events(owners uuid[], types text[], refs uuid[], actors uuid[])
      RETURNS TABLE (owner uuid, number bigint) LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM 1 FROM event_heads h WHERE h.person_id = ANY (owners) ORDER BY h.person_id FOR UPDATE;
        RETURN QUERY
        WITH fresh AS (
          SELECT u.*, row_number() OVER (PARTITION BY u.owner_id ORDER BY u.n) AS k
          FROM unnest(owners, types, refs, actors) WITH ORDINALITY AS u(owner_id, type, ref, actor, n)
        ), bumped AS (
          UPDATE event_heads h SET head = h.head + c.n
          FROM (SELECT f.owner_id, count(*) AS n FROM fresh f GROUP BY f.owner_id) c
          WHERE h.person_id = c.owner_id
          RETURNING h.person_id, h.head - c.n AS before
        )
        INSERT INTO mortal.events AS e (owner_id, seq, at, type, ref, actor)
        SELECT f.owner_id, b.before + f.k, flits_now(), f.type, f.ref, f.actor
        FROM fresh f JOIN bumped b ON b.person_id = f.owner_id
        RETURNING e.owner_id, e.seq;
      END $$`);
    await runner.query(`
      CREATE FUNCTION event_steps() RETURNS TABLE (name name, from_ms bigint, to_ms bigint) LANGUAGE sql STABLE AS $$
        SELECT c.relname, split_part(c.relname, '_', 2)::bigint, split_part(c.relname, '_', 3)::bigint
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'mortal.events'::regclass
      $$`);
    // Steps follow each other without gap or overlap, also when the longest life was configured anew in between.
    await runner.query(`
      CREATE FUNCTION make_event_steps(step_ms bigint, until_ms bigint) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        low bigint := greatest((SELECT max(to_ms) FROM event_steps()), epoch_ms(flits_now()) / step_ms * step_ms);
        child text;
      BEGIN
        WHILE low <= until_ms LOOP
          child := format('events_%s_%s', low, low + step_ms);
          EXECUTE format('CREATE TABLE mortal.%I (LIKE mortal.events INCLUDING ALL)', child);
          EXECUTE format('ALTER TABLE mortal.events ATTACH PARTITION mortal.%I FOR VALUES FROM (%L) TO (%L)',
            child, from_epoch_ms(low), from_epoch_ms(low + step_ms));
          low := low + step_ms;
        END LOOP;
      END $$`);
    await runner.query(`
      CREATE FUNCTION drop_event_steps(born_before_ms bigint) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
      DECLARE
        step record;
        dropped integer := 0;
      BEGIN
        FOR step IN SELECT * FROM event_steps() WHERE from_ms <= born_before_ms AND from_epoch_ms(to_ms) <= flits_now() LOOP
          EXECUTE format('ALTER TABLE mortal.events DETACH PARTITION mortal.%I', step.name);
          EXECUTE format('DROP TABLE mortal.%I', step.name);
          dropped := dropped + 1;
        END LOOP;
        RETURN dropped;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION drop_event_steps(bigint)');
    await runner.query('DROP FUNCTION make_event_steps(bigint, bigint)');
    await runner.query('DROP FUNCTION event_steps()');
    await runner.query('DROP FUNCTION append_events(uuid[], text[], uuid[], uuid[])');
    await runner.query('DROP TABLE mortal.events');
    await runner.query('DROP TABLE event_heads');
  }
}
