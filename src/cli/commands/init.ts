import { Option } from 'commander';
import { MORTAL_PREFIXES } from '../../features/expiry/index.js';
import { WallClock } from '../../platform/clock/index.js';
import { loadConfig, required, type Config } from '../../platform/config/index.js';
import { MasterKeys } from '../../platform/crypto/index.js';
import { HOUR_KEYS_PREFIX } from '../../platform/key-vault/index.js';
import { DEAD_MAN_DAYS, type S3Store } from '../../platform/storage/index.js';
import { makeStores } from '../../platform/stores.js';
import type { CliCommand } from '../cli-command.js';
import { CliError } from '../cli-error.js';

const NO_OWNER = '--grant needs S3_OWNER_ACCESS_KEY_ID and its secret: by its own key the application would give itself what it has.';
const NO_STORE = 'S3_ENDPOINT is not set: the embedded folder store makes what it needs by itself.';

/** Makes both buckets as Flits wants them. Safe to repeat; nothing is removed. */
export const init: CliCommand = {
  name: 'init',
  summary: 'make the two buckets: CORS for browsers, and the rule that empties a store whose server was switched off',
  options: [
    new Option('--grant', 'give the key of S3_ACCESS_KEY_ID what Flits needs of them, by a bucket policy; for stores whose users are keys'),
  ],
  async run({ environment, options }) {
    const config = loadConfig(environment);
    // Before the key is asked for: where nothing is configured that is not what is missing.
    if (!config.S3_ENDPOINT) throw new CliError(NO_STORE);
    const granted = options.grant === true;
    if (granted && !config.S3_OWNER_ACCESS_KEY_ID) throw new CliError(NO_OWNER);
    const stores = makeStores(asOwner(config), new WallClock(), new MasterKeys(required(config, 'MASTER_KEY')));
    if ('folder' in stores) throw new CliError(NO_STORE);
    const media = await prepare(stores.store, MORTAL_PREFIXES);
    const vault = await prepare(stores.vaultStore, [HOUR_KEYS_PREFIX]);
    // To the store a page of this server's own is from elsewhere as well.
    const origins = new Set([new URL(config.PUBLIC_URL).origin, ...config.ALLOWED_ORIGINS]);
    const cors = await stores.store.setCors([...origins]);
    if (granted)
      for (const store of [stores.store, stores.vaultStore]) await store.grantNeeds(required(config, 'S3_ACCESS_KEY_ID').reveal());
    const words = [`${config.S3_BUCKET}: ${lifecycleWords(media)}; CORS ${cors}.`, `${config.S3_VAULT_BUCKET}: ${lifecycleWords(vault)}.`];
    if (granted) words.push('The key of S3_ACCESS_KEY_ID may do in both what Flits does there, and nothing else.');
    return { words, data: { media: { lifecycle: media, cors }, vault: { lifecycle: vault }, granted } };
  },
};

/** By the owner's key where there is one: that of the application need not be able to do this. */
function asOwner(config: Config): Config {
  const { S3_OWNER_ACCESS_KEY_ID } = config;
  if (!S3_OWNER_ACCESS_KEY_ID) return config;
  const S3_SECRET_ACCESS_KEY = required(config, 'S3_OWNER_SECRET_ACCESS_KEY');
  return Object.assign({}, config, { S3_ACCESS_KEY_ID: S3_OWNER_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY });
}

async function prepare(store: S3Store, prefixes: readonly string[]): Promise<'set' | 'unsupported'> {
  await store.ensureBucket();
  await store.check();
  return store.setLifecycle(prefixes);
}

function lifecycleWords(lifecycle: 'set' | 'unsupported'): string {
  return lifecycle === 'set'
    ? `there, emptied ${DEAD_MAN_DAYS} days after the server was switched off`
    : 'there; this store knows no lifecycle rules: empty it by hand if the server is switched off for good';
}
