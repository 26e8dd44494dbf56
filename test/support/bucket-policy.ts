import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';

/** Lets anybody do something with a bucket, as somebody in a hurry might. */
export async function openBucket(
  environment: Readonly<Record<string, string>>,
  bucket: string,
  action: 's3:ListBucket' | 's3:GetObject',
): Promise<void> {
  const client = new S3Client({
    endpoint: environment.S3_ENDPOINT,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: environment.S3_ACCESS_KEY_ID ?? '', secretAccessKey: environment.S3_SECRET_ACCESS_KEY ?? '' },
  });
  try {
    const Resource = [`arn:aws:s3:::${bucket}${action === 's3:GetObject' ? '/*' : ''}`];
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: [action], Resource }] };
    await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));
  } finally {
    client.destroy();
  }
}
