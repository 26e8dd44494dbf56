import { join } from 'node:path';
import type { Clock } from './clock/index.js';
import { required, type Config } from './config/index.js';
import type { MasterKeys } from './crypto/index.js';
import { FolderStore, FolderUrls, S3Store, type ObjectStore } from './storage/index.js';

/** The folder store and its links: where there is one, this process serves them itself. */
export interface ServedFolder {
  readonly store: FolderStore;
  readonly urls: FolderUrls;
}

/** Ciphertext and the public log in one store, hour keys in another: S3 where it is configured, folders where it is not. */
export type Stores = { readonly store: S3Store; readonly vaultStore: S3Store } | FolderStores;

interface FolderStores {
  readonly store: FolderStore;
  readonly vaultStore: FolderStore;
  readonly folder: ServedFolder;
}

/** Chooses by what is configured; asks and makes nothing yet. */
export function makeStores(config: Config, clock: Clock, keys: MasterKeys): Stores {
  if (config.S3_ENDPOINT) {
    const shared = {
      endpoint: config.S3_ENDPOINT,
      publicEndpoint: config.PUBLIC_S3_ENDPOINT ?? config.S3_ENDPOINT,
      region: config.S3_REGION,
      accessKeyId: required(config, 'S3_ACCESS_KEY_ID').reveal(),
      secretAccessKey: required(config, 'S3_SECRET_ACCESS_KEY').reveal(),
      forcePathStyle: config.S3_FORCE_PATH_STYLE,
      clock,
    };
    return {
      store: new S3Store({ ...shared, bucket: config.S3_BUCKET }),
      vaultStore: new S3Store({ ...shared, bucket: config.S3_VAULT_BUCKET }),
    };
  }
  const urls = new FolderUrls({ publicUrl: config.PUBLIC_URL, signingKey: keys.derive('folder store links v1'), clock });
  const store = new FolderStore({ folder: join(config.FLITS_DATA, 'store'), urls });
  return { store, vaultStore: new FolderStore({ folder: join(config.FLITS_VAULT, 'keys') }), folder: { store, urls } };
}

/** Stores that can be used from here on. @throws ObjectStoreError where one cannot */
export async function openStores(config: Config, clock: Clock, keys: MasterKeys): Promise<Stores> {
  const stores = makeStores(config, clock, keys);
  if ('folder' in stores) {
    await Promise.all([stores.store.init(), stores.vaultStore.init()]);
    return stores;
  }
  const both: readonly S3Store[] = [stores.store, stores.vaultStore];
  if (config.NODE_ENV !== 'production') await Promise.all(both.map((store) => store.ensureBucket()));
  await Promise.all(both.map((store: ObjectStore) => store.check()));
  return stores;
}
