import pg from 'pg';
import type { Secret } from '../../platform/config/index.js';
import { CliError } from '../cli-error.js';

/** The state of the database that is to be restored into. */
export interface Target {
  /** Tables of Flits are there. */
  readonly hasSchema: boolean;
  /** Somebody signed up, or the log has begun. */
  readonly hasContent: boolean;
}

/** @throws CliError where a Flits still runs on the database */
export async function lookAtTarget(ownerUrl: Secret): Promise<Target> {
  const client = new pg.Client({ connectionString: ownerUrl.reveal(), application_name: 'flits-restore' });
  await client.connect();
  try {
    const { rows: others } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'flits' AND pid <> pg_backend_pid()`,
    );
    if (others.length > 0) {
      throw new CliError('A Flits is connected to this database. Stop every process of it first: a restore wants to be alone.');
    }
    const { rows: tables } = await client.query(`SELECT 1 WHERE to_regclass('public.people') IS NOT NULL`);
    if (tables.length === 0) return { hasSchema: false, hasContent: false };
    const { rows: content } = await client.query(
      'SELECT 1 WHERE EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM log_leaves) OR EXISTS (SELECT 1 FROM ledger_outbox)',
    );
    return { hasSchema: true, hasContent: content.length > 0 };
  } finally {
    await client.end();
  }
}

/** Removes what an empty Flits made, so that the schema can be made as the backup needs it. */
export async function clearSchema(ownerUrl: Secret): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl.reveal(), application_name: 'flits-restore' });
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string }>(
      `SELECT nspname AS schema FROM pg_namespace WHERE nspname IN ('mortal', 'bullmq')`,
    );
    await client.query('BEGIN');
    for (const { schema } of rows) await client.query(`DROP SCHEMA ${pg.escapeIdentifier(schema)} CASCADE`);
    const { rows: left } = await client.query<{ kind: string; name: string }>(`
      SELECT 'TABLE' AS kind, oid::regclass::text AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      UNION ALL SELECT 'ROUTINE', oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`);
    for (const { kind, name } of left) await client.query(`DROP ${kind} IF EXISTS ${name} CASCADE`);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
