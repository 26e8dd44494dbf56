import { Injectable } from '@nestjs/common';
import { Idempotency, type IdempotencyMacs } from '../../platform/http/index.js';
import { Hours } from '../../platform/ids/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { MediaErrors } from './media.errors.js';
import type { UploadEntity } from './upload.entity.js';
import { jobOf } from './upload-jobs.js';
import { UploadMint } from './upload-mint.js';
import type { UploadRequest } from './upload.policy.js';
import type { UploadState } from './upload.states.js';
import { UploadTickets, type PutTicket } from './upload-tickets.js';
import { UploadsRepository } from './uploads.repository.js';

/** An upload and, while its bytes are awaited, where they go. */
export interface TicketedUpload {
  readonly id: string;
  /** `expired` is what a very late retry hears: the hour is past. */
  readonly state: UploadState | 'expired';
  readonly put?: PutTicket;
  /** End of the upload's hour, ms since the epoch. */
  readonly expiresAt: number;
}

/**
 * Uploads, as their owner handles them. Table `mortal.uploads`; objects `{2 hex}/{label}/incoming/…`; jobs `photo.process` and its kin.
 *
 * Invariants: from its first commit on a row carries a content key of its own and the phone's key, both wrapped by the hour of
 * its id; the api never touches media bytes. Calls may repeat and race: each change is one conditional update. A crash between
 * commit and job is mended by the sweep (upload-sweep.ts). It dies with its hour, or before by `eraseUpload`.
 */
@Injectable()
export class UploadsService {
  constructor(
    private readonly uploads: UploadsRepository,
    private readonly mint: UploadMint,
    private readonly tickets: UploadTickets,
    private readonly idempotency: Idempotency,
    private readonly queue: JobQueue,
    private readonly hours: Hours,
  ) {}

  /**
   * Once for a key: a repeat gets the same upload, with a fresh ticket as long as it awaits its bytes.
   * @throws Fault unsupported_media, too_large, bad_encryption, ttl_out_of_range, idempotency_key_reused, in_flight, quota_exceeded;
   * unavailable where the hour's key cannot be had or uploads of this kind pile up
   */
  async create(ownerId: string, request: UploadRequest, macs: IdempotencyMacs): Promise<TicketedUpload> {
    const fresh = await this.mint.mint(ownerId, request);
    await this.tickets.admit(request.kind);
    const { id, replayed } = await this.idempotency.once(
      macs,
      (made) => this.#label(made),
      async (tx) => {
        await this.uploads.insert(tx, fresh);
        return fresh.id;
      },
    );
    const label = this.#label(id);
    if (!replayed) return { id, state: 'pending', put: await this.tickets.issue(fresh), expiresAt: label };
    const found = await this.uploads.find(ownerId, id);
    if (!found || (await this.uploads.isPast(label))) return { id, state: 'expired', expiresAt: label };
    return this.#ticketed(found);
  }

  /** A fresh PUT for the same bytes. @throws Fault not_found, upload_expired, upload_used once the bytes were taken, unavailable */
  async ticket(ownerId: string, id: string): Promise<TicketedUpload> {
    const upload = await this.get(ownerId, id);
    if (upload.state !== 'pending') throw MediaErrors.completed();
    await this.tickets.admit(upload.kind);
    return this.#ticketed(upload);
  }

  /**
   * The bytes are there: let a worker look at them. Harmless when repeated (R54), whatever became of it since.
   * @throws Fault not_found, upload_expired, upload_incomplete
   */
  async complete(ownerId: string, id: string): Promise<UploadEntity> {
    let upload = await this.get(ownerId, id);
    if (upload.state === 'pending') {
      if (!(await this.tickets.isComplete(upload))) throw MediaErrors.incomplete();
      if (await this.uploads.startProcessing(ownerId, id)) upload.state = 'processing';
      else upload = await this.get(ownerId, id);
    }
    if (upload.state === 'processing') await this.queue.add(jobOf(upload), { uploadId: id }, { key: id });
    return upload;
  }

  /** @throws Fault not_found (strangers hear the same), upload_expired past its hour and once erased */
  async get(ownerId: string, id: string): Promise<UploadEntity> {
    const label = this.hours.labelOf(id);
    if (label === undefined) throw MediaErrors.notFound();
    const upload = await this.uploads.find(ownerId, id);
    // Compared after the row was read: what is past now was not handed out.
    if (await this.uploads.isPast(label)) throw MediaErrors.expired();
    if (!upload) throw MediaErrors.notFound();
    if (upload.state === 'erased') throw MediaErrors.expired();
    return upload;
  }

  async #ticketed(upload: UploadEntity): Promise<TicketedUpload> {
    const isAwaited = upload.state === 'pending' && (await this.uploads.expectPut(upload.ownerId, upload.id));
    const put = isAwaited ? await this.tickets.issue(upload) : undefined;
    return { id: upload.id, state: upload.state, put, expiresAt: this.#label(upload.id) };
  }

  #label(id: string): number {
    const label = this.hours.labelOf(id);
    if (label === undefined) throw new Error('an upload whose id is not mortal');
    return label;
  }
}
