/**
 * Objects by name in one bucket. Names are made by this server alone, `{2 hex}/{label}/…`, so that an hour's objects are
 * spread over the store and still found by its label. Adapters: folder, S3. One contract suite runs against both.
 *
 * Errors: a missing object is a value (`undefined`, `deleted: true`), never an error; everything else rejects with
 * `ObjectStoreError`, so that "access denied" or a timeout can never be read as "gone".
 */
export abstract class ObjectStore {
  abstract put(name: string, bytes: Buffer, options: { contentType: string }): Promise<void>;
  /** The whole object, or `undefined` where there is none. @param maxBytes larger objects reject */
  abstract get(name: string, options: { maxBytes: number }): Promise<Buffer | undefined>;
  abstract head(name: string): Promise<ObjectHead | undefined>;
  /** One page of names below a prefix, in byte order; `next` continues it. */
  abstract list(prefix: string, options?: { cursor?: string; limit?: number }): Promise<{ names: string[]; next?: string }>;
  /** Deletes up to 1,000 objects; each name gets its own result, and what is not there counts as deleted. */
  abstract deleteMany(names: readonly string[]): Promise<DeleteResult[]>;
  /** Removes uploads below a prefix that were begun in parts and never finished: a listing does not show them. @returns how many */
  abstract abortUnfinished(prefix: string): Promise<number>;
  /** A URL that takes exactly one PUT of these bytes: length, type and SHA-256 are signed. */
  abstract signPut(put: PutGrant): Promise<SignedPut>;
  /** A URL that reads one object (Range allowed) until `expiresAt`. */
  abstract signGet(get: GetGrant): Promise<string>;
  /**
   * @throws ObjectStoreError naming what is wrong: versioning, object lock or replication is on, the bucket is missing or
   * closed to us (a call the store does not implement counts as "off")
   */
  abstract check(): Promise<void>;
}

export interface ObjectHead {
  readonly bytes: number;
}

export interface DeleteResult {
  readonly name: string;
  readonly deleted: boolean;
  /** The store's own code where it was not deleted, such as `AccessDenied`. */
  readonly reason?: string;
}

export interface PutGrant {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex of the bytes that will be PUT. */
  readonly sha256: string;
  readonly contentType: string;
  /** ms since the epoch, by the database's clock. */
  readonly expiresAt: number;
}

export interface SignedPut {
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Readonly<Record<string, string>>;
}

export interface GetGrant {
  readonly name: string;
  readonly contentType: string;
  /** ms since the epoch, by the database's clock. */
  readonly expiresAt: number;
}

export class ObjectStoreError extends Error {
  constructor(
    readonly operation: string,
    /** The store's code or the system's: `AccessDenied`, `SlowDown`, `ENOSPC`, `TimeoutError`. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`object store: ${operation} failed: ${reason}`, options);
    this.name = 'ObjectStoreError';
  }
}
