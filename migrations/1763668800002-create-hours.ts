import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Hours: the unit of death. Every partitioned table in schema `mortal` whose key is a uuid is cut by label; events are cut
 * by birth. The application's role may not touch partitions: it calls these SECURITY DEFINER functions, which check the time
 * themselves.
 */
export class CreateHours1763668800002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hours (
        label bigint CONSTRAINT pk_hours PRIMARY KEY,
        key_hash bytea NOT NULL,
        state text NOT NULL DEFAULT 'alive'
          CONSTRAINT ck_hours_state CHECK (state IN ('alive', 'key_destroyed', 'detached', 'dropped', 'closed')),
        closed_at timestamptz
      )`);
    await runner.query(`CREATE INDEX ix_hours_open ON hours (label) WHERE state <> 'closed'`);
    await runner.query(`
      CREATE FUNCTION label_tables() RETURNS SETOF name LANGUAGE sql STABLE AS $$
        SELECT c.relname FROM pg_partitioned_table p
        JOIN pg_class c ON c.oid = p.partrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
        WHERE c.relnamespace = 'mortal'::regnamespace AND a.atttypid = 'uuid'::regtype
        ORDER BY c.relname
      $$`);
    // LIKE + ATTACH, not PARTITION OF: the table is built outside and the parent is locked for an instant only.
    await runner.query(`
      CREATE FUNCTION make_hours(labels bigint[], key_hashes bytea[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        hour record;
        parent name;
        child text;
      BEGIN
        FOR hour IN SELECT * FROM unnest(labels, key_hashes) AS u(label, key_hash) LOOP
          INSERT INTO hours (label, key_hash) VALUES (hour.label, hour.key_hash) ON CONFLICT DO NOTHING;
          CONTINUE WHEN NOT FOUND;
          FOR parent IN SELECT label_tables() LOOP
            child := format('%s_%s', parent, hour.label);
            EXECUTE format('CREATE TABLE mortal.%I (LIKE mortal.%I INCLUDING ALL)', child, parent);
            EXECUTE format('ALTER TABLE mortal.%I ATTACH PARTITION mortal.%I FOR VALUES FROM (%L) TO (%L)',
              parent, child, mortal_least_id(hour.label), mortal_least_id(hour.label + 1));
          END LOOP;
        END LOOP;
      END $$`);
    // All of an hour in one transaction; lock_timeout keeps a queue from forming behind us, the caller tries again.
    await runner.query(`
      CREATE FUNCTION detach_hour(hour bigint) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
      DECLARE
        child record;
      BEGIN
        IF from_epoch_ms(hour) > flits_now() THEN
          RAISE EXCEPTION 'hour % is not over', hour USING ERRCODE = 'check_violation';
        END IF;
        FOR child IN
          SELECT p.relname AS parent, c.relname AS name FROM label_tables() t
          JOIN pg_class p ON p.relname = t AND p.relnamespace = 'mortal'::regnamespace
          JOIN pg_inherits i ON i.inhparent = p.oid
          JOIN pg_class c ON c.oid = i.inhrelid
          WHERE c.relname = format('%s_%s', p.relname, hour)
          ORDER BY p.relname
        LOOP
          EXECUTE format('ALTER TABLE mortal.%I DETACH PARTITION mortal.%I', child.parent, child.name);
        END LOOP;
      END $$`);
    await runner.query(`
      CREATE FUNCTION drop_hour(hour bigint) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        parent name;
      BEGIN
        IF from_epoch_ms(hour) > flits_now() THEN
          RAISE EXCEPTION 'hour % is not over', hour USING ERRCODE = 'check_violation';
        END IF;
        FOR parent IN SELECT label_tables() LOOP
          EXECUTE format('DROP TABLE IF EXISTS mortal.%I', format('%s_%s', parent, hour));
        END LOOP;
      END $$`);
    // What was marked erased before its hour, until its bytes are seen to be gone. Outlives the mortal rows on purpose.
    await runner.query(`
      CREATE TABLE erasures_owed (
        id uuid CONSTRAINT pk_erasures_owed PRIMARY KEY,
        label bigint NOT NULL,
        commitment bytea,
        reason text NOT NULL,
        object_names text[] NOT NULL,
        owed_at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX ix_erasures_owed_next ON erasures_owed (next_attempt_at)');
    await runner.query('CREATE INDEX ix_erasures_owed_label ON erasures_owed (label)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasures_owed');
    await runner.query('DROP FUNCTION drop_hour(bigint)');
    await runner.query('DROP FUNCTION detach_hour(bigint)');
    await runner.query('DROP FUNCTION make_hours(bigint[], bytea[])');
    await runner.query('DROP FUNCTION label_tables()');
    await runner.query('DROP TABLE hours');
  }
}
