import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteBucketCommand, DeleteObjectsCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { hourPrefixes, objectName } from '../../src/features/expiry/index.js';
import { Clock } from '../../src/platform/clock/index.js';
import { Random } from '../../src/platform/ids/index.js';
import { FolderStore, S3Store, type ObjectStore } from '../../src/platform/storage/index.js';

/** Objects an hour, BENCH_OBJECTS for another number. What a delete costs hangs on their number, not on their bytes. */
export const OBJECTS = Number(process.env.BENCH_OBJECTS ?? 50_000);
const OBJECT = Buffer.alloc(64, 1);
/** Requests under way while an hour is filled, and while the baseline deletes: as many as ObjectEraser has prefixes. */
const PARALLEL = 16;
export const BATCH = 1000;

/** A store of its own with hours to fill and to empty; gone with `close`. */
export interface ObjectHours {
  readonly store: ObjectStore;
  /** @returns the names, in the order of their prefixes */
  fill(label: number): Promise<string[]>;
  /** One batch of known names, the barest way there is. */
  bareDelete(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** The folder store, or the S3 server that TEST_S3_ENDPOINT names where BENCH_STORE is `s3`. */
export function openObjectHours(): Promise<ObjectHours> {
  return process.env.BENCH_STORE === 's3' ? openS3() : openFolder();
}

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

async function openFolder(): Promise<ObjectHours> {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'objects-'));
  const store = new FolderStore({ folder });
  await store.init();
  const path = (name: string) => join(folder, 'objects', name);
  return {
    store,
    async fill(label) {
      const names = namesOf(label);
      for (const prefix of hourPrefixes(label)) await mkdir(path(prefix), { recursive: true, mode: 0o700 });
      await inParallel(names, (name) => writeFile(path(name), OBJECT));
      return names;
    },
    bareDelete: async (names) => void (await Promise.all(names.map((name) => unlink(path(name))))),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function openS3(): Promise<ObjectHours> {
  const bucket = `flits-bench-${randomBytes(6).toString('hex')}`;
  const {
    TEST_S3_ENDPOINT: endpoint = '',
    TEST_S3_ACCESS_KEY_ID: accessKeyId = '',
    TEST_S3_SECRET_ACCESS_KEY: secretAccessKey = '',
  } = process.env;
  const shared = { endpoint, region: 'us-east-1', forcePathStyle: true };
  const store = new S3Store({ ...shared, bucket, accessKeyId, secretAccessKey, clock: new NoClock() });
  const config: S3ClientConfig = { ...shared, credentials: { accessKeyId, secretAccessKey }, requestChecksumCalculation: 'WHEN_REQUIRED' };
  const client = new S3Client(config);
  await store.ensureBucket();
  return {
    store,
    async fill(label) {
      const names = namesOf(label);
      await inParallel(names, (name) => store.put(name, OBJECT, { contentType: 'application/octet-stream' }));
      return names;
    },
    async bareDelete(names) {
      const answer = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: names.map((Key) => ({ Key })) } }));
      if (answer.Errors?.length) throw new Error(`${answer.Errors.length} objects were not deleted`);
    },
    async close() {
      for (let { names } = await store.list(''); names.length > 0; { names } = await store.list('')) await store.deleteMany(names);
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
      store.close();
    },
  };
}

const random = new Random();

function namesOf(label: number): string[] {
  return Array.from({ length: OBJECTS }, () => objectName(label, random)).sort();
}

/** Only links are dated by it, and none is made here. */
class NoClock extends Clock {
  override now(): number {
    throw new Error('nothing here needs the time');
  }
}
