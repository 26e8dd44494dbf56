import { MIGRATION_ADVISORY_LOCK_KEY, runMigrations } from 'bullmq';
import { Client, escapeIdentifier } from 'pg';
import type { Secret } from '../config/index.js';
import { QUEUE_SCHEMA } from './postgres-backend.js';

/**
 * Makes or updates the queues' schema by BullMQ's own migrations and lets the application's role use what is in it, no
 * more: no DDL, and the ledger of migrations is read-only. Idempotent; several starts at once wait for each other on
 * BullMQ's own advisory lock.
 * @param ownerUrl the role that owns the schema (needs CREATE on the database)
 * @param appRole name of the role in DATABASE_URL
 */
export async function migrateQueue(ownerUrl: Secret, appRole: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl.reveal(), application_name: 'flits-migrate-queues' });
  await client.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [MIGRATION_ADVISORY_LOCK_KEY, QUEUE_SCHEMA]);
    for (const grant of grants(escapeIdentifier(appRole))) await client.query(grant);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Also for what later migrations of BullMQ will make, as this owner. */
function grants(role: string): string[] {
  const rights = [
    ['TABLES', 'SELECT, INSERT, UPDATE, DELETE'],
    ['SEQUENCES', 'USAGE, SELECT'],
    ['FUNCTIONS', 'EXECUTE'],
  ] as const;
  return [
    `REVOKE ALL ON SCHEMA ${QUEUE_SCHEMA} FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${role}`,
    ...rights.flatMap(([kind, right]) => [
      `GRANT ${right} ON ALL ${kind} IN SCHEMA ${QUEUE_SCHEMA} TO ${role}`,
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${QUEUE_SCHEMA} GRANT ${right} ON ${kind} TO ${role}`,
    ]),
    `REVOKE INSERT, UPDATE, DELETE ON ${QUEUE_SCHEMA}.migration FROM ${role}`,
  ];
}
