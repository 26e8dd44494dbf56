import {
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ObjectStoreError } from './object-store.js';
import { attemptS3, codeOf } from './s3-errors.js';

/** What stores answer where a thing was never set up, or where they do not know it at all: both mean "off". */
const OFF = [
  'ObjectLockConfigurationNotFoundError',
  'ReplicationConfigurationNotFoundError',
  'NotImplemented',
  'MethodNotAllowed',
  'Http405',
  'Http501',
];

/**
 * In a bucket with versions, locks or replicas a deletion deletes nothing. Suspended versioning counts as on: versions made
 * before it was suspended are still there.
 *
 * @throws ObjectStoreError naming what is on, or that it could not be asked (access denied is not "off")
 */
export async function refuseKeptCopies(client: S3Client, bucket: string): Promise<void> {
  const input = { Bucket: bucket };
  const versioning = await ask(() => client.send(new GetBucketVersioningCommand(input)));
  if (versioning?.Status) throw new ObjectStoreError('check', `Versioning${versioning.Status}`);
  const lock = await ask(() => client.send(new GetObjectLockConfigurationCommand(input)));
  if (lock?.ObjectLockConfiguration?.ObjectLockEnabled) throw new ObjectStoreError('check', 'ObjectLockEnabled');
  const replication = await ask(() => client.send(new GetBucketReplicationCommand(input)));
  if (replication?.ReplicationConfiguration) throw new ObjectStoreError('check', 'ReplicationEnabled');
}

async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
  return attemptS3('check', () =>
    question().catch((error: unknown) => {
      if (!OFF.includes(codeOf(error))) throw error;
      return undefined;
    }),
  );
}
