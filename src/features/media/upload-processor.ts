import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BlobError, decryptBlob, encryptBlob } from '../../platform/crypto/index.js';
import { Fault } from '../../platform/faults/index.js';
import { HourKeys } from '../../platform/key-vault/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { ObjectStore, ObjectStoreError } from '../../platform/storage/index.js';
import { MediaRejected } from './media-rejected.js';
import type { MadeMedia } from './pipeline/made-media.js';
import { isIsoMedia } from './pipeline/iso-media.js';
import { MediaMakers } from './pipeline/media-makers.js';
import { IncomingEraser } from './incoming-eraser.js';
import { UploadClaims, type Claim } from './upload-claims.js';
import type { UploadJob } from './upload-jobs.js';
import { UploadOutcomes, type Processed } from './upload-outcomes.js';

/** Three times in a lease. */
const KEEP_EVERY_MS = 20_000;

/**
 * One upload, from what the phone PUT to what friends may fetch: fetch, check, decrypt, decode and re-encode, encrypt, store,
 * decide. Plaintext exists in memory alone (R25), here, in a decoder's process, and for clips in a folder in memory.
 *
 * Any number of workers may be sent after the same upload: a claim lets one of them through, and its every write is fenced.
 * Killed before the decoder or after it, another repeats the whole (the object overwrites itself). A file that kills its decoder
 * is refused at once; where it took this process with it, the next worker refuses it by its row (R19). Faults of store, vault or
 * database give the upload back and are thrown: again later. A HEIF among the photos goes on to the queue of its own, untried.
 */
@Injectable()
export class UploadProcessor {
  /**
   * Uploads whose row could not be told that the decoder harmed nobody here, and the start of it that the row still has: that one
   * is no sign of poison, another worker's is. At most those that were under way when the database went away.
   */
  readonly #survived = new Map<string, string>();

  constructor(
    private readonly claims: UploadClaims,
    private readonly outcomes: UploadOutcomes,
    private readonly store: ObjectStore,
    private readonly hourKeys: HourKeys,
    private readonly makers: MediaMakers,
    private readonly incoming: IncomingEraser,
    private readonly queue: JobQueue,
  ) {}

  async process(uploadId: string, job: UploadJob): Promise<void> {
    const claim = await this.claims.take(uploadId);
    if (!claim) return;
    const survived = this.#survived.get(uploadId);
    this.#survived.delete(uploadId);
    try {
      if (claim.decodeStartedAt !== null && claim.decodeStartedAt !== survived) throw new MediaRejected('poison');
      await this.#work(claim, job);
    } catch (error) {
      if (error instanceof MediaRejected) await this.outcomes.rejected(claim, error.reason);
      else if (error instanceof Fault && error.code === 'snap_expired')
        return; // its hour ended meanwhile: nothing is owed to anybody
      else return await this.#giveBack(claim, error);
    }
  }

  async #work(claim: Claim, job: UploadJob): Promise<void> {
    if (!claim.contentKey) throw new Error('an upload in processing has no content key');
    const contentKey = await this.hourKeys.unwrap(claim.id, claim.contentKey);
    const file = await this.#open(claim);
    if (job === 'photo.process' && isIsoMedia(file)) return await this.#moveToHeif(claim);
    const made = await this.#decode(claim, file);
    if (!made) return;
    crashPoint('after_decode');
    const blob = encryptBlob(contentKey, made.bytes);
    await this.store.put(claim.objectName, blob, { contentType: 'application/octet-stream' });
    crashPoint('after_object_put');
    await this.#finish(claim, {
      width: made.width ?? null,
      height: made.height ?? null,
      durationMs: made.durationMs ?? null,
      contentType: made.contentType,
      bytes: blob.length,
      sha256: sha256(blob),
      thumbhash: made.thumbhash ? encryptBlob(contentKey, made.thumbhash) : null,
    });
  }

  /** What the phone PUT, checked and decrypted. */
  async #open(claim: Claim): Promise<Buffer> {
    const body = await this.#fetch(claim);
    if (body?.length !== claim.incomingBytes || sha256(body) !== claim.incomingSha256) throw new MediaRejected('hash_mismatch');
    if (!claim.clientKey) return body;
    const clientKey = await this.hourKeys.unwrap(claim.id, claim.clientKey);
    try {
      return decryptBlob(clientKey, body);
    } catch (error) {
      if (error instanceof BlobError) throw new MediaRejected('bad_encryption', { cause: error });
      throw error;
    }
  }

  async #fetch({ incomingName, incomingBytes }: Claim): Promise<Buffer | undefined> {
    if (incomingName === null) return undefined;
    try {
      return await this.store.get(incomingName, { maxBytes: incomingBytes });
    } catch (error) {
      if (error instanceof ObjectStoreError && error.reason === 'TooLarge') throw new MediaRejected('hash_mismatch', { cause: error });
      throw error;
    }
  }

  async #moveToHeif(claim: Claim): Promise<void> {
    if (await this.claims.moveToHeif(claim)) await this.queue.add('heif.process', { uploadId: claim.id }, { key: claim.id });
  }

  /** @returns nothing where the claim was lost */
  async #decode(claim: Claim, file: Buffer): Promise<MadeMedia | undefined> {
    if (!(await this.claims.startDecode(claim))) return undefined;
    const made = await this.#whileKept(claim, () => this.makers.make(claim.kind, file));
    return (await this.claims.endDecode(claim)) ? made : undefined;
  }

  /** A clip may take longer than the lease. One renewal after the other, because each needs the token of the last. */
  async #whileKept<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    let renewal: Promise<unknown> = Promise.resolve();
    const timer = setInterval(() => {
      renewal = renewal.then(() => this.claims.keep(claim)).catch(() => undefined); // the next one tries again
    }, KEEP_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      await renewal;
    }
  }

  async #finish(claim: Claim, processed: Processed): Promise<void> {
    if (await this.outcomes.ready(claim, processed)) {
      if (claim.incomingName !== null) await this.incoming.erase([{ id: claim.id, incomingName: claim.incomingName }]);
      return;
    }
    // Erased while we were at it: its debt may have been settled before our object came. Another worker's is the same object.
    if (await this.claims.isDead(claim.id)) await this.store.deleteMany([claim.objectName]);
  }

  async #giveBack(claim: Claim, error: unknown): Promise<never> {
    await this.claims.release(claim).catch(() => {
      // Away as well: the lease runs out by itself.
      if (claim.decodeStartedAt !== null) this.#survived.set(claim.id, claim.decodeStartedAt);
    });
    throw error;
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
