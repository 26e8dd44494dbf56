import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { S3Store } from '../../src/platform/storage/index.js';
import { ShiftedClock, s3Settings } from './stores.js';

const settings = s3Settings();

/** On the S3 server that the environment names. */
(settings ? describe : describe.skip)('R29: uploads in parts', () => {
  it('that nobody finished are removed, below the prefix alone', async () => {
    const { endpoint, region, forcePathStyle, ...credentials } = settings!;
    const Bucket = `flits-parts-${randomBytes(6).toString('hex')}`;
    const store = new S3Store({ ...settings!, bucket: Bucket, clock: new ShiftedClock() });
    const client = new S3Client({ endpoint, region, forcePathStyle, credentials });
    try {
      await store.ensureBucket();
      for (const Key of ['0a/1/x', '0a/1/y', 'log/kept']) {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('part') }));
      }
      expect((await store.list('')).names).toEqual([]);
      expect(await store.abortUnfinished('0')).toBe(2);
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      expect(Uploads.map(({ Key }) => Key)).toEqual(['log/kept']);
      expect(await store.abortUnfinished('0')).toBe(0);
    } finally {
      await store.abortUnfinished('');
      client.destroy();
      store.close();
    }
  });
});
