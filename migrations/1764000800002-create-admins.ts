import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who runs the service, their sessions, and what they did. */
export class CreateAdmins1764000800002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE admins (
        id uuid CONSTRAINT pk_admins PRIMARY KEY,
        name text NOT NULL CONSTRAINT ux_admins_name UNIQUE,
        role text NOT NULL CONSTRAINT ck_admins_role CHECK (role = ANY (ARRAY['support'::text, 'moderator'::text, 'operator'::text])),
        password_hash text NOT NULL,
        totp_secret bytea NOT NULL,
        totp_step bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT flits_now()
      )`);
    await runner.query(`
      CREATE TABLE admin_sessions (
        token_hash bytea CONSTRAINT pk_admin_sessions PRIMARY KEY,
        admin_id uuid NOT NULL,
        used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE admin_audit (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_admin_audit PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT flits_now(),
        admin_id uuid NOT NULL,
        admin_name text NOT NULL,
        action text NOT NULL,
        subject uuid,
        reason text
      )`);
    // Append-only for the application's role; lines of more than a year are all that it can have removed.
    await runner.query(`
      CREATE FUNCTION forget_old_audit() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
      AS $$ DELETE FROM admin_audit WHERE at < flits_now() - interval '1 year' $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION forget_old_audit()');
    await runner.query('DROP TABLE admin_audit');
    await runner.query('DROP TABLE admin_sessions');
    await runner.query('DROP TABLE admins');
  }
}
