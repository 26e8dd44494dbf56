import type { DataSource } from 'typeorm';
import type { Secret } from '../config/index.js';
import { createDataSource } from './data-source.js';

/** What the application's role may add to and read, never change or take back: the public log, and what a database was made with. */
const APPEND_ONLY = ['ledger_outbox', 'log_leaves', 'log_nodes', 'log_cuts', 'log_checkpoints', 'settings'];

/**
 * Brings the database up to date as its owner and grants the application's role what it needs, least first. Safe to run
 * from several processes at once: one advisory lock.
 */
export async function migrate({ ownerUrl, appUrl }: { ownerUrl: Secret; appUrl: Secret }): Promise<void> {
  const source = await createDataSource({ url: ownerUrl, poolSize: 2 }).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query(`SELECT pg_advisory_lock(hashtext('flits migrate'))`);
    await source.runMigrations();
    const role = decodeURIComponent(new URL(appUrl.reveal()).username);
    const [{ owner }] = await source.query<[{ owner: string }]>('SELECT current_user AS owner');
    if (role && role !== owner) await grant(source, role);
    await runner.query(`SELECT pg_advisory_unlock(hashtext('flits migrate'))`);
  } finally {
    await runner.release();
    await source.destroy();
  }
}

/** Whether every migration this code knows has run. */
export async function isMigrated(source: DataSource): Promise<boolean> {
  return !(await source.showMigrations());
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
    ]) {
      await manager.query(`REVOKE ALL ON FUNCTION ${maintenance} FROM PUBLIC`);
      await manager.query(`GRANT EXECUTE ON FUNCTION ${maintenance} TO ${app}`);
    }
  });
}
