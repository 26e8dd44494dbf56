import { PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { attemptS3 } from './s3-errors.js';

/** What the application does with objects. */
const WITH_OBJECTS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];
/** What it asks a bucket: what lies in it, and whether all is well with it. Nothing changes the bucket or who may reach it. */
const OF_THE_BUCKET = [
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:GetBucketVersioning',
  's3:GetBucketObjectLockConfiguration',
  's3:GetReplicationConfiguration',
  's3:GetLifecycleConfiguration',
  's3:GetBucketPolicy',
  's3:GetBucketAcl',
];

export const NEEDED_ACTIONS: readonly string[] = [...OF_THE_BUCKET, ...WITH_OBJECTS];

/**
 * Gives somebody what the application needs of a bucket, and no more (R34). In place of whatever policy it had.
 * @param principal as the store names it: the access key, where keys are users
 */
export async function grantNeeds(client: S3Client, bucket: string, principal: string): Promise<void> {
  const allow = (Action: string[], Resource: string) => ({
    Effect: 'Allow',
    Principal: { AWS: [principal] },
    Action,
    Resource: [Resource],
  });
  const arn = `arn:aws:s3:::${bucket}`;
  const policy = { Version: '2012-10-17', Statement: [allow(OF_THE_BUCKET, arn), allow(WITH_OBJECTS, `${arn}/*`)] };
  await attemptS3('grant', () => client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) })));
}
