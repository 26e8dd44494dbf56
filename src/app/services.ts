import { join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded/index.js';
import { ensureSecrets } from '../embedded/secrets.js';
import { required, type Config } from '../platform/config/index.js';
import { migrate } from '../platform/database/index.js';
import type { Logger } from '../platform/observability/index.js';
import { migrateQueue } from '../platform/queue/index.js';

/** The backing services as this process uses them: the configuration with every gap filled, and how to stop what was started. */
export interface Services {
  readonly config: Config;
  stop(): Promise<void>;
}

/** Brings up what is not configured, one by one, and migrates where this process may. */
export async function bringUpServices(configured: Config, log: Logger): Promise<Services> {
  const secrets = configured.MASTER_KEY && configured.LOG_SIGNING_KEY ? undefined : await ensureSecrets(configured.FLITS_VAULT);
  const withSecrets: Config = Object.assign({}, configured, {
    MASTER_KEY: configured.MASTER_KEY ?? secrets?.masterKey,
    LOG_SIGNING_KEY: configured.LOG_SIGNING_KEY ?? secrets?.logSigningKey,
  });
  if (configured.DATABASE_URL) {
    await migrateWhereAllowed(withSecrets, log);
    return { config: Object.freeze(withSecrets), stop: () => Promise.resolve() };
  }
  const postgres = await startEmbeddedPostgres({ folder: join(configured.FLITS_DATA, 'postgres'), log });
  const config: Config = Object.assign({}, withSecrets, { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl });
  try {
    await migrateWhereAllowed(config, log);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { config: Object.freeze(config), stop: () => postgres.stop() };
}

/** With the owner's URL, or with one role for everything outside production; else somebody runs `npm run migrate`. */
async function migrateWhereAllowed(config: Config, log: Logger): Promise<void> {
  const appUrl = required(config, 'DATABASE_URL');
  const ownerUrl = config.DATABASE_OWNER_URL ?? (config.NODE_ENV === 'production' ? undefined : appUrl);
  if (!ownerUrl) return;
  if (!config.DATABASE_OWNER_URL) log.warn('one database role does everything; set DATABASE_OWNER_URL to give the application less');
  await migrate({ ownerUrl, appUrl });
  if (!config.REDIS_URL) await migrateQueue(ownerUrl, decodeURIComponent(new URL(appUrl.reveal()).username));
}
