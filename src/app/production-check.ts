import { MORTAL_PREFIXES } from '../features/expiry/index.js';
import { WallClock } from '../platform/clock/index.js';
import { ConfigError, required, type Config, type ConfigFault } from '../platform/config/index.js';
import { MasterKeys } from '../platform/crypto/index.js';
import { createDataSource, isMigrated, readRoleFacts } from '../platform/database/index.js';
import { readTls } from '../platform/http/index.js';
import { HOUR_KEYS_PREFIX } from '../platform/key-vault/index.js';
import type { Logger } from '../platform/observability/index.js';
import { closeRedis, connectRedis, readRedisFacts } from '../platform/redis/index.js';
import { askAsStranger, DEAD_MAN_DAYS, ObjectStoreError, type S3Store } from '../platform/storage/index.js';
import { makeStores } from '../platform/stores.js';

type Look = (config: Config, log: Logger) => Promise<ConfigFault[]>;

/**
 * What production refuses of the services it was given (R57), all of it at once and by the variable that leads there. A service
 * that does not answer is no fault of this kind: whoever needs it says so in its own words.
 * @throws ConfigError
 */
export async function refuseUnfit(config: Config, log: Logger): Promise<void> {
  if (config.NODE_ENV !== 'production') return;
  const looks: readonly Look[] = [tls, database, redis, buckets];
  const found = await Promise.all(looks.map((look) => look(config, log).catch((error: unknown) => unasked(error, log))));
  const faults = found.flat();
  if (faults.length > 0) throw new ConfigError(faults);
}

function unasked(error: unknown, log: Logger): ConfigFault[] {
  if (error instanceof ConfigError) return [...error.faults];
  log.warn({ err: error }, 'a service could not be looked at before the start');
  return [];
}

async function tls(config: Config): Promise<ConfigFault[]> {
  const files = readTls(config);
  if (!files || files.validTo.getTime() > new WallClock().now()) return [];
  return [{ variable: 'TLS_CERT', message: `has run out on ${files.validTo.toISOString()}: no phone would talk to it` }];
}

async function database(config: Config): Promise<ConfigFault[]> {
  const source = await createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 }).initialize();
  try {
    if (!(await isMigrated(source))) return [];
    const { excess } = await readRoleFacts(source);
    if (excess.length === 0) return [];
    const message = `names a role that ${excess.join(', ')}: give the application a role of its own (deploy/postgres/10-roles.sql) and run \`flits migrate\``;
    return [{ variable: 'DATABASE_URL', message }];
  } finally {
    await source.destroy();
  }
}

async function redis({ REDIS_URL: url }: Config, log: Logger): Promise<ConfigFault[]> {
  if (!url) return [];
  const client = connectRedis(url, { name: 'look', failFast: false }, log);
  try {
    const { policy } = await readRedisFacts(client);
    if (policy === 'noeviction') return [];
    return [
      {
        variable: 'REDIS_URL',
        message: `leads to a Redis with maxmemory-policy ${policy}: set it to noeviction, or it throws away waiting jobs`,
      },
    ];
  } finally {
    await closeRedis(client);
  }
}

async function buckets(config: Config, log: Logger): Promise<ConfigFault[]> {
  const stores = makeStores(config, new WallClock(), new MasterKeys(required(config, 'MASTER_KEY')));
  if ('folder' in stores) return [];
  const { store, vaultStore } = stores;
  try {
    const found = await Promise.all([
      bucket('S3_BUCKET', config, store, MORTAL_PREFIXES, log),
      bucket('S3_VAULT_BUCKET', config, vaultStore, [HOUR_KEYS_PREFIX], log),
    ]);
    return found.flat();
  } finally {
    store.close();
    vaultStore.close();
  }
}

async function bucket(
  variable: 'S3_BUCKET' | 'S3_VAULT_BUCKET',
  config: Config,
  store: S3Store,
  prefixes: readonly string[],
  log: Logger,
): Promise<ConfigFault[]> {
  const looks = [keptCopies(store), listedByAnybody(config, config[variable]), publicByPolicy(store), notEmptied(store, prefixes)];
  const found = await Promise.all(looks.map((look) => look.catch((error: unknown) => void unasked(error, log))));
  return found.flatMap((message) => (message === undefined ? [] : [{ variable, message }]));
}

async function keptCopies(store: S3Store): Promise<string | undefined> {
  const reason = await store.check().then(
    () => '',
    (error: unknown) => (error instanceof ObjectStoreError ? error.reason : ''),
  );
  if (!/^(?:Versioning|ObjectLock|Replication)/.test(reason)) return undefined;
  return `keeps copies (${reason}): what is deleted there is not gone. Use a bucket without`;
}

async function listedByAnybody(config: Config, name: string): Promise<string | undefined> {
  const { status } = await askAsStranger(required(config, 'S3_ENDPOINT'), name);
  return status < 300 ? 'may be listed by anybody: remove its public policy or ACL' : undefined;
}

async function publicByPolicy(store: S3Store): Promise<string | undefined> {
  const granted = await store.grantedToStrangers();
  return granted.length > 0 ? `is public (${granted.join(', ')} for everybody): remove its public policy or ACL` : undefined;
}

async function notEmptied(store: S3Store, prefixes: readonly string[]): Promise<string | undefined> {
  const unguarded = await store.unguardedPrefixes(prefixes);
  if (unguarded === 'unsupported' || unguarded.length === 0) return undefined;
  return `has no rule that empties it ${DEAD_MAN_DAYS} days after this server was switched off: run \`flits init\``;
}
