import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Hours } from '../../platform/ids/index.js';
import { Idempotency, type IdempotencyMacs } from '../../platform/http/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { UploadsService } from '../media/index.js';
import { SnapMint, type MintedSnap } from './snap-mint.js';
import { SnapErrors } from './snaps.errors.js';
import { sendSnap, type SendRow } from './snaps.statements.js';
import type { ViewMode } from './snap.states.js';
import type { Words } from './words.js';

export interface Sending {
  readonly senderId: string;
  readonly uploadId?: string;
  readonly words: Words;
  readonly recipientIds: readonly string[];
  readonly view: { readonly mode?: ViewMode; readonly seconds?: number; readonly loop: boolean; readonly replays: number };
  readonly ttlSeconds?: number;
}

/** A fresh send, or the id of what the same Idempotency-Key made before. Times in ms since the epoch. */
export type SendOutcome =
  | { readonly replayed: false; readonly id: string; readonly salt: Buffer; readonly acceptedAt: number; readonly deadline: number }
  | { readonly replayed: true; readonly id: string };

/** The statement may find the upload not yet completed once, and an hour's end once; more is a fault of ours. */
const MAX_ATTEMPTS = 4;

/** Sending: one statement decides and writes everything (snaps.statements.ts); this prepares it and reads its verdict. */
@Injectable()
export class SendingService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly mint: SnapMint,
    private readonly idempotency: Idempotency,
    private readonly events: EventLog,
    private readonly uploads: UploadsService,
  ) {}

  /** @param macs of the request's Idempotency-Key and body */
  async send(sending: Sending, macs: IdempotencyMacs): Promise<SendOutcome> {
    if (sending.uploadId && this.#isPast(sending.uploadId)) return this.#earlierOr(macs, SnapErrors.uploadExpired);
    let now: number | undefined;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const minted = await this.mint.mint(sending, now);
      const row = await this.#run(sending, minted, macs);
      now = Number(row.now);
      if (row.is_kept) {
        crashPoint('after_send_commit');
        this.events.announce(row.written ?? []);
        return { replayed: false, id: minted.id, salt: minted.salt, acceptedAt: now, deadline: Number(row.deadline) };
      }
      if (row.verdict === 'label_moved') continue;
      // Whatever else stands in the way may be our own earlier success: the same key gets the same snap.
      const earlier = await this.idempotency.find(macs);
      if (earlier) return { replayed: true, id: this.idempotency.resultOf(earlier, macs) };
      if (row.verdict === 'upload_pending' && sending.uploadId) await this.uploads.complete(sending.senderId, sending.uploadId);
      else this.#refuse(row, sending);
    }
    throw new Fault('unavailable', 'The snap could not be placed just now.', { retryAfterSeconds: 1 });
  }

  #isPast(uploadId: string): boolean {
    const label = this.hours.labelOf(uploadId);
    return label !== undefined && label <= this.clock.now();
  }

  async #earlierOr(macs: IdempotencyMacs, refusal: () => Fault): Promise<SendOutcome> {
    const earlier = await this.idempotency.find(macs);
    if (!earlier) throw refusal();
    return { replayed: true, id: this.idempotency.resultOf(earlier, macs) };
  }

  async #run({ senderId, uploadId, recipientIds, view, ttlSeconds }: Sending, minted: MintedSnap, macs: IdempotencyMacs): Promise<SendRow> {
    const [row] = await this.database.statement(sendSnap, [
      minted.id,
      senderId,
      uploadId ?? null,
      recipientIds,
      ttlSeconds === undefined ? null : ttlSeconds * 1000,
      this.hours.bucketMs,
      this.hours.ttlMs,
      view.mode ?? null,
      view.seconds ?? null,
      view.loop,
      view.replays,
      minted.words,
      minted.wordsKey,
      minted.salt,
      minted.commitment,
      minted.leaf,
      macs.route,
      macs.keyMac,
      macs.bodyMac,
    ]);
    if (!row) throw new Error('the send statement answered nothing');
    return row;
  }

  #refuse(row: SendRow, { recipientIds }: Sending): never {
    switch (row.verdict) {
      case 'sender_gone':
        throw SnapErrors.senderGone();
      case 'upload_not_found':
        throw SnapErrors.notFound();
      case 'upload_used':
        throw SnapErrors.uploadUsed();
      case 'upload_expired':
        throw SnapErrors.uploadExpired();
      case 'upload_rejected':
        throw SnapErrors.uploadRejected();
      case 'recipient_unavailable':
        throw SnapErrors.recipientsUnavailable(
          recipientIds.flatMap((id, index) => (row.unavailable?.includes(id) ? [`/to/user_ids/${index}`] : [])),
        );
      case 'accepted':
      case 'replayed':
      case 'label_moved':
      case 'upload_pending':
        throw new Error(`a send came out as ${row.verdict}`);
    }
  }
}
