import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import type { Secret } from '../config/index.js';
import { createDataSource } from './data-source.js';
import { sqlState } from './database.js';

/** What the application's role may add to and read, never change or take back: the public log, and what a database was made with. */
export const APPEND_ONLY = ['ledger_outbox', 'log_leaves', 'log_nodes', 'log_cuts', 'log_checkpoints', 'settings', 'admin_audit'];

/**
 * A migration waits for a table's lock no longer than this: whoever came behind it waits as well, and that is everybody. Once
 * it has its lock it may take its time.
 */
const PATIENCE = { lock_timeout: '1s', statement_timeout: '0' };
const LOCK_NOT_AVAILABLE = '55P03';
const ATTEMPTS = 30;
const PAUSE_MS = 500;

/**
 * Brings the database up to date as its owner and grants the application's role what it needs, least first. Safe to run
 * from several processes at once: one advisory lock.
 */
export async function migrate({ ownerUrl, appUrl }: { ownerUrl: Secret; appUrl: Secret }): Promise<void> {
  const source = await createDataSource({ url: ownerUrl, poolSize: 2 }).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query(`SELECT pg_advisory_lock(hashtext('flits migrate'))`);
    await runAll(ownerUrl);
    const role = decodeURIComponent(new URL(appUrl.reveal()).username);
    const [{ owner }] = await source.query<[{ owner: string }]>('SELECT current_user AS owner');
    if (role && role !== owner) await grant(source, role);
    await runner.query(`SELECT pg_advisory_unlock(hashtext('flits migrate'))`);
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Makes the schema as it was when these migrations, and no others, had run: for a backup of that time. */
export async function migrateAsOf(ownerUrl: Secret, names: readonly string[]): Promise<void> {
  await runAll(ownerUrl, names);
}

/** Names of all migrations that this code knows. */
export function knownMigrations(): string[] {
  return migrations.map(({ name }) => name);
}

/** Each migration is a transaction of its own, so trying again goes on behind the last one that went through. */
async function runAll(ownerUrl: Secret, onlyMigrations?: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    // Of its own each time: TypeORM keeps the connection of an attempt that failed.
    const source = await createDataSource({ url: ownerUrl, poolSize: 1, settings: PATIENCE, onlyMigrations }).initialize();
    try {
      await source.runMigrations();
      return;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
    } finally {
      await source.destroy();
    }
    await delay(PAUSE_MS);
  }
}

/** Whether every migration this code knows has run. */
export async function isMigrated(source: DataSource): Promise<boolean> {
  return !(await source.showMigrations());
}

/** Whether migrations have run that this code does not know: it is the release before, during an upgrade or after going back. */
export async function isAhead(source: DataSource): Promise<boolean> {
  const [row] = await source.query<[{ ahead: boolean }]>(
    'SELECT EXISTS (SELECT 1 FROM migrations WHERE NOT name = ANY ($1::text[])) AS ahead',
    [knownMigrations()],
  );
  return row.ahead;
}

async function grant(source: DataSource, role: string): Promise<void> {
  const app = `"${role.replaceAll('"', '""')}"`;
  await source.transaction(async (manager) => {
    await manager.query(`GRANT USAGE ON SCHEMA public, mortal TO ${app}`);
    await manager.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${app}`);
    await manager.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON mortal.uploads, mortal.snaps, mortal.deliveries, mortal.events TO ${app}`);
    await manager.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${app}`);
    // The log is append-only and the history of the schema is not the application's to write.
    await manager.query(`REVOKE UPDATE, DELETE, TRUNCATE ON ${APPEND_ONLY.join(', ')} FROM ${app}`);
    await manager.query(`REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON migrations FROM ${app}`);
    for (const maintenance of [
      'make_hours(bigint[], bytea[])',
      'detach_hour(bigint)',
      'drop_hour(bigint)',
      'make_event_steps(bigint, bigint)',
      'drop_event_steps(bigint)',
      'forget_old_audit()',
    ]) {
      await manager.query(`REVOKE ALL ON FUNCTION ${maintenance} FROM PUBLIC`);
      await manager.query(`GRANT EXECUTE ON FUNCTION ${maintenance} TO ${app}`);
    }
  });
}
