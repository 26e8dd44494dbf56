import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import Fastify from 'fastify';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../src/platform/clock/index.js';
import {
  FolderStore,
  FolderStoreRoutes,
  FolderUrls,
  S3Store,
  type ObjectStore,
  type S3StoreOptions,
} from '../../src/platform/storage/index.js';

/** A store that answers over HTTP, empty and alone in its bucket. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** The same store with a bucket that is not there. */
  readonly absent: ObjectStore;
  /** The clock that dates links. */
  readonly clock: ShiftedClock;
  close(): Promise<void>;
}

export class ShiftedClock extends Clock {
  shiftMs = 0;

  override now(): number {
    return Date.now() + this.shiftMs;
  }
}

export const ORIGIN = 'https://app.example';

export async function openFolderStore(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'flits-store-'));
  const clock = new ShiftedClock();
  // The port is known only once the app listens, and routes must stand before that: links read the address when made.
  const address = { publicUrl: '' };
  const urls = new FolderUrls({
    get publicUrl() {
      return address.publicUrl;
    },
    signingKey: randomBytes(32),
    clock,
  });
  const store = new FolderStore({ folder, urls });
  await store.init();
  const app = Fastify();
  new FolderStoreRoutes(store, urls, { allowedOrigins: [ORIGIN] }).register(app);
  address.publicUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    store,
    absent: new FolderStore({ folder: join(folder, 'absent'), urls }),
    clock,
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The S3 server that the environment names, if any. */
export function s3Settings(): Omit<S3StoreOptions, 'bucket' | 'clock'> | undefined {
  const { TEST_S3_ENDPOINT, TEST_S3_ACCESS_KEY_ID, TEST_S3_SECRET_ACCESS_KEY } = process.env;
  if (!TEST_S3_ENDPOINT || !TEST_S3_ACCESS_KEY_ID || !TEST_S3_SECRET_ACCESS_KEY) return undefined;
  return {
    endpoint: TEST_S3_ENDPOINT,
    accessKeyId: TEST_S3_ACCESS_KEY_ID,
    secretAccessKey: TEST_S3_SECRET_ACCESS_KEY,
    region: 'us-east-1',
    forcePathStyle: true,
  };
}

export async function openS3Store(): Promise<StoreUnderTest> {
  const settings = s3Settings();
  if (!settings) throw new Error('no S3 server is named by TEST_S3_ENDPOINT');
  const clock = new ShiftedClock();
  const bucket = `flits-test-${randomBytes(6).toString('hex')}`;
  const store = new S3Store({ ...settings, bucket, clock });
  const absent = new S3Store({ ...settings, bucket: `${bucket}-absent`, clock });
  await store.ensureBucket();
  return {
    store,
    absent,
    clock,
    close: async () => {
      await empty(store);
      const { endpoint, region, forcePathStyle, ...credentials } = settings;
      const client = new S3Client({ endpoint, region, forcePathStyle, credentials });
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
      store.close();
      absent.close();
    },
  };
}

export async function empty(store: ObjectStore): Promise<void> {
  for (;;) {
    const { names } = await store.list('');
    if (names.length === 0) return;
    await store.deleteMany(names);
  }
}
