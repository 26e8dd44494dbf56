import { randomBytes } from 'node:crypto';
import { WallClock } from '../../platform/clock/index.js';
import { required, type Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { HOUR_KEYS_PREFIX } from '../../platform/key-vault/index.js';
import { Random } from '../../platform/ids/index.js';
import { askAsStranger, DEAD_MAN_DAYS, ObjectStoreError, type ObjectStore, type S3Store } from '../../platform/storage/index.js';
import { makeStores } from '../../platform/stores.js';
import { MORTAL_PREFIXES, objectName } from '../../features/expiry/index.js';
import { fail, isUnasked, ok, orUnasked, warn, type Examination, type Finding } from './finding.js';

const PART = 'object store';
const VAULT = 'key vault bucket';
const HIDDEN = new Set(['AccessDenied', 'Forbidden', 'Http403']);
const SKEW_FAIL_MS = 10 * 60_000;
const SKEW_WARN_MS = 60_000;
const wallClock = new WallClock();

const CURE = 'Is the store up, do both buckets exist (`flits init` makes them), and are S3_ENDPOINT and its keys right?';

/** Versions, locks and replicas; rights; what strangers get; the store's clock. What cannot be asked hides nothing else. */
export const objectStore: Examination = {
  part: PART,
  cure: CURE,
  async run({ config }) {
    const stores = makeStores(config, wallClock, new MasterKeys(required(config, 'MASTER_KEY')));
    if ('folder' in stores) await Promise.all([stores.store.init(), stores.vaultStore.init()]);
    const looks: [string, Promise<Finding[]>][] = [
      [PART, kept(PART, stores.store)],
      [VAULT, kept(VAULT, stores.vaultStore)],
      [PART, rights(PART, stores.store, objectName(endOfHour(config), new Random()))],
    ];
    if (!('folder' in stores) && config.S3_ENDPOINT) {
      looks.push(
        [PART, unlessHidden(PART, 'lifecycle rules', deadManSwitch(PART, stores.store, MORTAL_PREFIXES))],
        [VAULT, unlessHidden(VAULT, 'lifecycle rules', deadManSwitch(VAULT, stores.vaultStore, [HOUR_KEYS_PREFIX]))],
        [PART, unlessHidden(PART, 'policy and ACL', givenAway(PART, stores.store))],
        [VAULT, unlessHidden(VAULT, 'policy and ACL', givenAway(VAULT, stores.vaultStore))],
        [PART, stranger(PART, config.S3_ENDPOINT, config.S3_BUCKET)],
        [VAULT, stranger(VAULT, config.S3_ENDPOINT, config.S3_VAULT_BUCKET)],
        [PART, clock(config.S3_ENDPOINT, config.S3_BUCKET)],
      );
    }
    const found = (await Promise.all(looks.map(([part, look]) => orUnasked(part, CURE, look)))).flat();
    return found.filter(
      (finding, at) => !isUnasked(finding) || found.findIndex((other) => isUnasked(other) && other.part === finding.part) === at,
    );
  },
};

/** A trial object is named as one of the present hour's: should we die before deleting it, the hour's end does. */
function endOfHour({ BUCKET_SECONDS }: Config): number {
  return Math.ceil(wallClock.now() / (BUCKET_SECONDS * 1000)) * BUCKET_SECONDS * 1000;
}

async function kept(part: string, store: ObjectStore): Promise<Finding[]> {
  try {
    await store.check();
    return [ok(part, 'There; no versions, locks or replicas.')];
  } catch (error) {
    const reason = (error as { reason?: string }).reason ?? 'unknown';
    if (/^(?:Versioning|ObjectLock|Replication)/.test(reason)) {
      return [
        fail(part, `${reason}: what is deleted there is not gone.`, 'Use a new bucket with versioning, object lock and replication off.'),
      ];
    }
    throw error;
  }
}

async function deadManSwitch(part: string, store: S3Store, prefixes: readonly string[]): Promise<Finding[]> {
  const unguarded = await store.unguardedPrefixes(prefixes);
  if (unguarded === 'unsupported') {
    const words = 'The store knows no lifecycle rules: it would not empty itself.';
    return [warn(part, words, 'Empty it by hand if the server is switched off for good.')];
  }
  if (unguarded.length > 0)
    return [warn(part, `No rule empties it ${DEAD_MAN_DAYS} days after the server was switched off.`, 'Run `flits init`.')];
  return [ok(part, `It empties itself ${DEAD_MAN_DAYS} days after the server was switched off.`)];
}

async function rights(part: string, store: ObjectStore, name: string): Promise<Finding[]> {
  const bytes = randomBytes(32);
  await store.put(name, bytes, { contentType: 'application/octet-stream' });
  const read = await store.get(name, { maxBytes: bytes.length });
  const listed = await store.list(name);
  const [deleted] = await store.deleteMany([name]);
  const left = await store.head(name);
  if (!deleted?.deleted || left)
    return [fail(part, `A trial object could not be deleted (${deleted?.reason ?? 'still there'}).`, 'Give the key the right to delete.')];
  if (!read?.equals(bytes) || !listed.names.includes(name)) {
    return [fail(part, 'A trial object came back otherwise, or was not listed.', 'Use a store with read-after-write consistency.')];
  }
  return [ok(part, 'A trial object was written, read, listed and deleted.')];
}

/** A key that may not read what it does not need to work is no fault; that nobody looked is worth knowing. */
async function unlessHidden(part: string, what: string, look: Promise<Finding[]>): Promise<Finding[]> {
  return look.catch((error: unknown) => {
    if (!(error instanceof ObjectStoreError) || !HIDDEN.has(error.reason)) throw error;
    const cure = 'Let the key read them (docs/operations.md), or look yourself.';
    return [warn(part, `Its ${what} may not be read by this key: ${error.reason}.`, cure)];
  });
}

async function givenAway(part: string, store: S3Store): Promise<Finding[]> {
  const granted = await store.grantedToStrangers();
  return granted.length > 0
    ? [fail(part, `Everybody is given ${granted.join(', ')}.`, "Remove the bucket's public policy or ACL.")]
    : [ok(part, 'Its policy and ACL give strangers nothing.')];
}

async function stranger(part: string, endpoint: string, bucket: string): Promise<Finding[]> {
  const { status } = await askAsStranger(endpoint, bucket);
  return status < 300
    ? [fail(part, 'Anybody may list the bucket.', "Remove the bucket's public policy or ACL.")]
    : [ok(part, 'Strangers may not list the bucket.')];
}

/** One store, one clock, whichever bucket is asked. */
async function clock(endpoint: string, bucket: string): Promise<Finding[]> {
  const { clockOffMs = 0 } = await askAsStranger(endpoint, bucket);
  const off = Math.abs(clockOffMs);
  if (off <= SKEW_WARN_MS) return [];
  const words = `The object store's clock is ${Math.round(off / 1000)} s off this machine's.`;
  const cure = 'Keep time with NTP on the store and on this machine: S3 refuses requests that are 15 minutes off.';
  return [off > SKEW_FAIL_MS ? fail('clock', words, cure) : warn('clock', words, cure)];
}
