import { join } from 'node:path';
import { findRunningPostgres, startEmbeddedPostgres } from '../embedded/index.js';
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

/** The same for a command beside a server that may be running: what is there is used as it is, and nothing is migrated there. */
export async function joinServices(configured: Config, log: Logger): Promise<Services> {
  const running = configured.DATABASE_URL ? undefined : await findRunningPostgres(join(configured.FLITS_DATA, 'postgres'));
  if (!running && !configured.DATABASE_URL) return bringUpServices(configured, log);
  const there = running ? { DATABASE_URL: running.appUrl, DATABASE_OWNER_URL: running.ownerUrl } : {};
  return { config: Object.freeze(Object.assign({}, await withSecrets(configured), there)), stop: () => Promise.resolve() };
}

export interface BringUp {
  /** False for a restore, which decides itself what the schema has to be like. */
  readonly migrates?: boolean;
}

/** Brings up what is not configured, one by one, and migrates where this process may. */
export async function bringUpServices(configured: Config, log: Logger, { migrates = true }: BringUp = {}): Promise<Services> {
  const own = await withSecrets(configured);
  if (own.DATABASE_URL) {
    if (migrates) await migrateWhereAllowed(own, log);
    return { config: Object.freeze(own), stop: () => Promise.resolve() };
  }
  const postgres = await startEmbeddedPostgres({ folder: join(configured.FLITS_DATA, 'postgres'), log });
  const config: Config = Object.assign({}, own, { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl });
  try {
    if (migrates) await migrateWhereAllowed(config, log);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { config: Object.freeze(config), stop: () => postgres.stop() };
}

/** Secrets that are not given are made once, in FLITS_VAULT. */
async function withSecrets(configured: Config): Promise<Config> {
  if (configured.MASTER_KEY && configured.LOG_SIGNING_KEY) return configured;
  const { masterKey, logSigningKey, vapidPrivateKey } = await ensureSecrets(configured.FLITS_VAULT);
  return Object.assign({}, configured, {
    MASTER_KEY: configured.MASTER_KEY ?? masterKey,
    LOG_SIGNING_KEY: configured.LOG_SIGNING_KEY ?? logSigningKey,
    VAPID_PRIVATE_KEY: configured.VAPID_PRIVATE_KEY ?? vapidPrivateKey,
  });
}

/** With the owner's URL, or with one role for everything outside production; else somebody runs `flits migrate`. */
async function migrateWhereAllowed(config: Config, log: Logger): Promise<void> {
  const appUrl = required(config, 'DATABASE_URL');
  const ownerUrl = config.DATABASE_OWNER_URL ?? (config.NODE_ENV === 'production' ? undefined : appUrl);
  if (!ownerUrl) return;
  if (!config.DATABASE_OWNER_URL) log.warn('one database role does everything; set DATABASE_OWNER_URL to give the application less');
  await migrate({ ownerUrl, appUrl });
  if (!config.REDIS_URL) await migrateQueue(ownerUrl, decodeURIComponent(new URL(appUrl.reveal()).username));
}
