import { MORTAL_PREFIXES } from '../features/expiry/index.js';
import { WallClock } from '../platform/clock/index.js';
import { required, type Config } from '../platform/config/index.js';
import { MasterKeys } from '../platform/crypto/index.js';
import { HOUR_KEYS_PREFIX } from '../platform/key-vault/index.js';
import type { Logger } from '../platform/observability/index.js';
import { DEAD_MAN_DAYS, type S3Store } from '../platform/storage/index.js';
import { makeStores } from '../platform/stores.js';

type Asked = Pick<S3Store, 'unguardedPrefixes'>;

/**
 * Whether both buckets would empty themselves, should this server be switched off for good. Folders cannot. That production
 * refuses a store which knows such rules and has none is production-check.ts.
 */
export async function checkDeadManSwitch(config: Config, log: Logger): Promise<void> {
  if (!config.S3_ENDPOINT) return;
  const stores = makeStores(config, new WallClock(), new MasterKeys(required(config, 'MASTER_KEY')));
  if ('folder' in stores) return;
  const { store, vaultStore } = stores;
  try {
    await judge(config.S3_BUCKET, store, MORTAL_PREFIXES, log);
    await judge(config.S3_VAULT_BUCKET, vaultStore, [HOUR_KEYS_PREFIX], log);
  } finally {
    store.close();
    vaultStore.close();
  }
}

export async function judge(bucket: string, store: Asked, prefixes: readonly string[], log: Pick<Logger, 'warn'>): Promise<void> {
  const unguarded = await store.unguardedPrefixes(prefixes).catch((err: unknown) => {
    log.warn({ err, bucket }, 'the lifecycle rules of a bucket could not be read: whether it would empty itself is not known');
    return [];
  });
  if (unguarded === 'unsupported') {
    log.warn({ bucket }, 'the store knows no lifecycle rules: should this server be switched off for good, empty the bucket by hand');
  } else if (unguarded.length > 0) {
    const words = `Bucket ${bucket} has no rule that empties it ${DEAD_MAN_DAYS} days after this server was switched off. Run \`flits init\`, which sets it.`;
    log.warn(words);
  }
}
