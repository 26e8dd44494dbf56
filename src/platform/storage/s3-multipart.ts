import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { attemptS3, codeOf } from './s3-errors.js';

/** What stores answer that know no uploads in parts, or that one ended meanwhile: both mean "none". */
const NONE = ['NotImplemented', 'MethodNotAllowed', 'Http405', 'Http501'];

/**
 * Flits never uploads in parts; whoever holds the bucket's key could, and its parts are in no listing of objects (R29).
 * @returns how many were aborted
 */
export async function abortMultipart(client: S3Client, bucket: string, prefix: string): Promise<number> {
  return attemptS3('abortUnfinished', async () => {
    let aborted = 0;
    for (let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}; marker;) {
      const page: ListMultipartUploadsCommandOutput | undefined = await client
        .send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }))
        .catch(unless(NONE));
      for (const { Key, UploadId } of page?.Uploads ?? []) {
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch(unless(['NoSuchUpload']));
        aborted += 1;
      }
      marker = page?.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
    return aborted;
  });
}

function unless(codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!codes.includes(codeOf(error))) throw error;
  };
}
