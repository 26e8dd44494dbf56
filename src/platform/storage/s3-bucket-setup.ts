import {
  GetBucketLifecycleConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { attemptS3, codeOf } from './s3-errors.js';

/**
 * Longer than anything mortal lives, 72 hours, and than an hour's key, which is made ahead (config.schema.ts sees to that); shorter
 * than anybody would keep a store by mistake.
 */
export const DEAD_MAN_DAYS = 4;
/** What stores answer that do not know a call at all. */
const UNKNOWN = ['NotImplemented', 'MethodNotAllowed', 'Http405', 'Http501'];
const HEADERS = ['content-type', 'range', 'x-amz-checksum-sha256'];
const EXPOSED = ['accept-ranges', 'content-length', 'content-range', 'etag'];

export type Setting = 'set' | 'unsupported';

/**
 * The dead man's switch: a store whose server was switched off empties itself. It reaches what is mortal and nothing else: the
 * public log and account tombstones are kept for good.
 * @param prefixes of mortal objects
 * @returns `unsupported` where the store knows no such rules: then somebody has to empty it by hand
 */
export async function setLifecycle(client: S3Client, bucket: string, prefixes: readonly string[]): Promise<Setting> {
  const Rules = prefixes.map((prefix): LifecycleRule => ({
    ID: `flits-${prefix.replaceAll('/', '') || 'all'}`,
    Status: 'Enabled',
    Filter: { Prefix: prefix },
    Expiration: { Days: DEAD_MAN_DAYS },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  }));
  const input = { Bucket: bucket, LifecycleConfiguration: { Rules } };
  return orUnsupported('lifecycle', () => client.send(new PutBucketLifecycleConfigurationCommand(input)));
}

/** Mortal prefixes that no enabled rule empties within the time; `unsupported` where the store knows no rules. */
export async function unguardedPrefixes(
  client: S3Client,
  bucket: string,
  prefixes: readonly string[],
): Promise<readonly string[] | 'unsupported'> {
  const rules = await attemptS3('lifecycle', () =>
    client
      .send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))
      .then(({ Rules = [] }) => Rules)
      .catch((error: unknown) => {
        const code = codeOf(error);
        if (code === 'NoSuchLifecycleConfiguration') return [];
        if (UNKNOWN.includes(code)) return 'unsupported' as const;
        throw error;
      }),
  );
  if (rules === 'unsupported') return rules;
  const guarding = rules.filter(({ Status, Expiration }) => Status === 'Enabled' && (Expiration?.Days ?? Infinity) <= DEAD_MAN_DAYS);
  return prefixes.filter((prefix) => !guarding.some(({ Filter }) => prefix.startsWith(Filter?.Prefix ?? '')));
}

/** Lets browsers of these origins PUT and GET by signed link. */
export async function setCors(client: S3Client, bucket: string, origins: readonly string[]): Promise<Setting> {
  const rule = {
    AllowedMethods: ['GET', 'HEAD', 'PUT'],
    AllowedOrigins: [...origins],
    AllowedHeaders: HEADERS,
    ExposeHeaders: EXPOSED,
    MaxAgeSeconds: 3600,
  };
  return orUnsupported('cors', () => client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } })));
}

function orUnsupported(operation: string, send: () => Promise<unknown>): Promise<Setting> {
  return attemptS3(operation, () =>
    send().then(
      () => 'set' as const,
      (error: unknown) => {
        if (UNKNOWN.includes(codeOf(error))) return 'unsupported' as const;
        throw error;
      },
    ),
  );
}
