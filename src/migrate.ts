import { ConfigError, loadConfig, type Config } from './platform/config/index.js';
import { migrate } from './platform/database/index.js';
import { migrateQueue } from './platform/queue/index.js';

/**
 * Brings DATABASE_URL's database up to date as DATABASE_OWNER_URL, says so and ends: for deployments in which nobody who
 * serves holds the owner's password. Safe to repeat, and from several machines at once.
 */
try {
  await run(loadConfig());
  process.stderr.write('The database is up to date.\n');
} catch (error) {
  process.stderr.write(`\nThe database was not migrated. ${error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof ConfigError) && process.env.LOG_LEVEL === 'debug') process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
}

async function run({ DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, REDIS_URL: redisUrl }: Config): Promise<void> {
  if (!appUrl || !ownerUrl) {
    throw new Error('Set DATABASE_URL (the application) and DATABASE_OWNER_URL (the owner): both roles are needed to migrate.');
  }
  await migrate({ ownerUrl, appUrl });
  // With Redis the queues live there.
  if (!redisUrl) await migrateQueue(ownerUrl, decodeURIComponent(new URL(appUrl.reveal()).username));
}
