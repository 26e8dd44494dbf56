import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type DeleteObjectsCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock/index.js';
import { checkedBatch, checkedContentType, checkedLimit, checkedName, linkSeconds, wholeSecond } from './object-name.js';
import {
  ObjectStore,
  ObjectStoreError,
  type DeleteResult,
  type GetGrant,
  type ObjectHead,
  type PutGrant,
  type SignedPut,
} from './object-store.js';
import { setCors, setLifecycle, unguardedPrefixes, type Setting } from './s3-bucket-setup.js';
import { abortMultipart } from './s3-multipart.js';
import { refuseKeptCopies } from './s3-bucket-check.js';
import { attemptS3, codeOf } from './s3-errors.js';
import { grantNeeds } from './s3-grant.js';
import { grantedToStrangers } from './s3-public-check.js';

export interface S3StoreOptions {
  readonly endpoint: string;
  /** How people reach the store, where that differs: signed links point there. */
  readonly publicEndpoint?: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
  /** Dates links. Other requests are dated by this machine, corrected by the store's own answers. */
  readonly clock: Clock;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** For what is small, tries and all: somebody waits for the answer. */
  readonly smallTimeoutMs?: number;
}

/** Up to here bytes take no time of their own: heads, hour keys, tombstones. Media and reports are larger, and may take theirs. */
const SMALL_BYTES = 64 * 1024;
const SMALL_MS = 10_000;

const CHECKSUM_HEADER = 'x-amz-checksum-sha256';
/** Left alone, the SDK signs length and host only, and moves the checksum into the query where nothing is held to it. */
const SIGNED_PUT_HEADERS = ['host', 'content-type', 'content-length', CHECKSUM_HEADER];

/** Objects in one bucket of an S3 store. Stateless but for its connections; any number of processes may share a bucket. */
export class S3Store extends ObjectStore {
  readonly #client: S3Client;
  /** Signs links for the public endpoint; sends nothing. */
  readonly #signer: S3Client;

  constructor(private readonly options: S3StoreOptions) {
    super();
    const { connectTimeoutMs = 3000, requestTimeoutMs = 30_000 } = options;
    const config: S3ClientConfig = {
      region: options.region,
      credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
      forcePathStyle: options.forcePathStyle,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
        socketTimeout: requestTimeoutMs,
      },
    };
    this.#client = new S3Client({ ...config, endpoint: options.endpoint });
    this.#signer = new S3Client({ ...config, endpoint: options.publicEndpoint ?? options.endpoint });
  }

  override async put(name: string, bytes: Buffer, { contentType }: { contentType: string }): Promise<void> {
    const input = { ...this.#object(name), Body: bytes, ContentLength: bytes.length, ContentType: checkedContentType(contentType) };
    await attemptS3('put', () => this.#client.send(new PutObjectCommand(input), this.#patience(bytes.length)));
  }

  override async get(name: string, { maxBytes }: { maxBytes: number }): Promise<Buffer | undefined> {
    const input = this.#object(name);
    return attemptS3('get', async () => {
      const answer = await this.#client.send(new GetObjectCommand(input), this.#patience(maxBytes)).catch(unlessCode('NoSuchKey'));
      return answer && collect(answer.Body as Readable, maxBytes);
    });
  }

  override async head(name: string): Promise<ObjectHead | undefined> {
    const input = this.#object(name);
    const patience = this.#patience();
    return attemptS3('head', async () => {
      const answer = await this.#client.send(new HeadObjectCommand(input), patience).catch(unlessCode('NotFound'));
      if (answer) return { bytes: answer.ContentLength ?? 0 };
      // The answer to HEAD has no body to tell a missing object from a missing bucket.
      await this.#client.send(new HeadBucketCommand(this.#bucket), patience);
      return undefined;
    });
  }

  override async list(
    prefix: string,
    { cursor, limit }: { cursor?: string; limit?: number } = {},
  ): Promise<{ names: string[]; next?: string }> {
    const input = { ...this.#bucket, Prefix: prefix, ContinuationToken: cursor, MaxKeys: checkedLimit(limit) };
    const page = await attemptS3('list', () => this.#client.send(new ListObjectsV2Command(input)));
    const names = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    return page.IsTruncated && page.NextContinuationToken ? { names, next: page.NextContinuationToken } : { names };
  }

  override async deleteMany(names: readonly string[]): Promise<DeleteResult[]> {
    if (checkedBatch(names).length === 0) return [];
    const input = { ...this.#bucket, Delete: { Objects: names.map((Key) => ({ Key })), Quiet: false } };
    const answer = await attemptS3('deleteMany', () => this.#client.send(new DeleteObjectsCommand(input)));
    return readDeletions(names, answer);
  }

  override async abortUnfinished(prefix: string): Promise<number> {
    return abortMultipart(this.#client, this.options.bucket, prefix);
  }

  override async signPut({ name, bytes, sha256, contentType, expiresAt }: PutGrant): Promise<SignedPut> {
    const checksum = Buffer.from(sha256, 'hex').toString('base64');
    const command = new PutObjectCommand({
      ...this.#object(name),
      ContentLength: bytes,
      ContentType: checkedContentType(contentType),
      ChecksumSHA256: checksum,
    });
    const url = await getSignedUrl(this.#signer, command, {
      ...this.#lifetime(expiresAt, 'upload_expired'),
      signableHeaders: new Set(SIGNED_PUT_HEADERS),
      unhoistableHeaders: new Set([CHECKSUM_HEADER]),
    });
    return { url, method: 'PUT', headers: { 'content-type': contentType, [CHECKSUM_HEADER]: checksum } };
  }

  override async signGet({ name, contentType, expiresAt }: GetGrant): Promise<string> {
    const fixed = { ResponseContentType: checkedContentType(contentType), ResponseCacheControl: 'no-store' };
    const command = new GetObjectCommand({ ...this.#object(name), ...fixed });
    return getSignedUrl(this.#signer, command, this.#lifetime(expiresAt, 'snap_expired'));
  }

  override async check(): Promise<void> {
    await attemptS3('check', () => this.#client.send(new HeadBucketCommand(this.#bucket), this.#patience()));
    await refuseKeptCopies(this.#client, this.options.bucket);
  }

  /** @see setLifecycle */
  setLifecycle(prefixes: readonly string[]): Promise<Setting> {
    return setLifecycle(this.#client, this.options.bucket, prefixes);
  }

  /** @see unguardedPrefixes */
  unguardedPrefixes(prefixes: readonly string[]): Promise<readonly string[] | 'unsupported'> {
    return unguardedPrefixes(this.#client, this.options.bucket, prefixes);
  }

  /** @see grantedToStrangers */
  grantedToStrangers(): Promise<string[]> {
    return grantedToStrangers(this.#client, this.options.bucket);
  }

  /** @see setCors */
  setCors(origins: readonly string[]): Promise<Setting> {
    return setCors(this.#client, this.options.bucket, origins);
  }

  /** @see grantNeeds */
  grantNeeds(principal: string): Promise<void> {
    return grantNeeds(this.#client, this.options.bucket, principal);
  }

  /** Makes the bucket where there is none. */
  async ensureBucket(): Promise<void> {
    await attemptS3('ensureBucket', async () => {
      if (await this.#client.send(new HeadBucketCommand(this.#bucket)).catch(unlessCode('NotFound'))) return;
      await this.#client.send(new CreateBucketCommand(this.#bucket)).catch(unlessCode('BucketAlreadyOwnedByYou'));
    });
  }

  close(): void {
    this.#client.destroy();
    this.#signer.destroy();
  }

  get #bucket(): { Bucket: string } {
    return { Bucket: this.options.bucket };
  }

  #object(name: string): { Bucket: string; Key: string } {
    return { ...this.#bucket, Key: checkedName(name) };
  }

  /** What is small is answered or given up in time, whatever the store does; what is large has the client's own patience a try. */
  #patience(bytes = 0): { abortSignal?: AbortSignal } {
    return bytes <= SMALL_BYTES ? { abortSignal: AbortSignal.timeout(this.options.smallTimeoutMs ?? SMALL_MS) } : {};
  }

  /** Whole seconds by the database's clock, so that the link ends by `expiresAt` wherever this machine's clock stands. */
  #lifetime(expiresAt: number, expired: 'upload_expired' | 'snap_expired'): { expiresIn: number; signingDate: Date } {
    const now = this.options.clock.now();
    return { expiresIn: linkSeconds(now, expiresAt, expired), signingDate: new Date(wholeSecond(now)) };
  }
}

/** Reads a `catch` as "not there" for one code alone; everything else goes on as the error it is. */
function unlessCode(absent: string): (error: unknown) => undefined {
  return (error) => {
    if (codeOf(error) !== absent) throw error;
  };
}

async function collect(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ObjectStoreError('get', 'TooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** A name is deleted if the store says so, or that it was not there; silence about a name is not a yes. */
function readDeletions(names: readonly string[], { Deleted = [], Errors = [] }: DeleteObjectsCommandOutput): DeleteResult[] {
  const deleted = new Set(Deleted.map(({ Key }) => Key));
  const errors = new Map(Errors.map(({ Key, Code }) => [Key, Code ?? 'Unknown']));
  return names.map((name) => {
    const reason = errors.get(name) ?? (deleted.has(name) ? undefined : 'NotReported');
    return reason === undefined || reason === 'NoSuchKey' ? { name, deleted: true } : { name, deleted: false, reason };
  });
}
