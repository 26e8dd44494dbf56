import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Time and the few facts that a database is made with. */
export class CreateClockAndSettings1763668800001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA mortal');
    // Volatile on purpose: after waiting for a lock the time must be read anew. Tests put a shifted version in its place;
    // production refuses to start on one.
    await runner.query(
      'CREATE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$ SELECT clock_timestamp() $$',
    );
    await runner.query(`
      CREATE FUNCTION epoch_ms(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS $$ SELECT floor(extract(epoch FROM t) * 1000)::bigint $$`);
    await runner.query(`
      CREATE FUNCTION from_epoch_ms(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS $$ SELECT to_timestamp(ms / 1000.0) $$`);
    // The label of a mortal id: its leading 48 bits (src/platform/ids/mortal-id.ts).
    await runner.query(`
      CREATE FUNCTION mortal_label(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS $$ SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint $$`);
    await runner.query(`
      CREATE FUNCTION mortal_least_id(label bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
      AS $$ SELECT rpad(lpad(to_hex(label), 12, '0'), 32, '0')::uuid $$`);
    await runner.query(`
      CREATE TABLE settings (
        name text CONSTRAINT pk_settings PRIMARY KEY,
        value text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE settings');
    await runner.query('DROP FUNCTION mortal_least_id(bigint)');
    await runner.query('DROP FUNCTION mortal_label(uuid)');
    await runner.query('DROP FUNCTION from_epoch_ms(bigint)');
    await runner.query('DROP FUNCTION epoch_ms(timestamptz)');
    await runner.query('DROP FUNCTION flits_now()');
    await runner.query('DROP SCHEMA mortal');
  }
}
