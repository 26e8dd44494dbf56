import { loadConfig } from '../../platform/config/index.js';
import { migrate as migrateDatabase } from '../../platform/database/index.js';
import { migrateQueue } from '../../platform/queue/index.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';

/**
 * Brings DATABASE_URL's database up to date as DATABASE_OWNER_URL and grants the application's role what it needs: for
 * deployments in which nobody who serves holds the owner's password. Safe to repeat, and from several machines at once.
 */
export const migrate: CliCommand = {
  name: 'migrate',
  summary: "bring the database up to date, as its owner, and grant the application's role what it needs",
  async run({ environment }) {
    const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, REDIS_URL: redisUrl } = loadConfig(environment);
    if (!appUrl || !ownerUrl) {
      throw new CliError('Set DATABASE_URL (the application) and DATABASE_OWNER_URL (the owner): both roles are needed to migrate.');
    }
    await migrateDatabase({ ownerUrl, appUrl });
    // With Redis the queues live there.
    if (!redisUrl) await migrateQueue(ownerUrl, decodeURIComponent(new URL(appUrl.reveal()).username));
    return { words: ['The database is up to date.'], data: {} };
  },
};
