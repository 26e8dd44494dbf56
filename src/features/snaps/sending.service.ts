import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import { Idempotency, type IdempotencyMacs } from '../../platform/http/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { UploadsService } from '../media/index.js';
import { refuseSend, type NamedInSend } from './send.faults.js';
import { sendToAnybody, sendToNamed, type SendRow } from './send.statement.js';
import { SnapMint, type MintedSend } from './snap-mint.js';
import { SnapErrors } from './snaps.errors.js';
import type { Story, ViewMode } from './snap.states.js';
import { StorySpreader } from './story-spreader.js';
import type { Words } from './words.js';

/** Without uploads it is a text; as an album, every upload becomes a snap of its own, and the words go with each. */
export interface Sending extends NamedInSend {
  readonly senderId: string;
  readonly deviceId: string;
  readonly words: Words;
  readonly story?: Story;
  readonly inReplyTo?: string;
  readonly view: { readonly mode?: ViewMode; readonly seconds?: number; readonly loop: boolean; readonly replays: number };
  readonly ttlSeconds?: number;
}

/** Times in ms since the epoch. */
export interface FreshSend {
  readonly replayed: false;
  readonly albumId: string | null;
  readonly snaps: readonly { readonly id: string; readonly salt: Buffer }[];
  readonly acceptedAt: number;
  readonly deadline: number;
}

/** A fresh send, or the id (a snap's, an album's) of what the same Idempotency-Key made before. */
export type SendOutcome = FreshSend | { readonly replayed: true; readonly id: string };

/** The statement may find uploads not yet completed once, and an hour's end once; more is a fault of ours. */
const MAX_ATTEMPTS = 4;

/** Sending: one statement decides and writes everything (send.statement.ts); this prepares it and reads its verdict. */
@Injectable()
export class SendingService {
  constructor(
    private readonly database: Database,
    private readonly mint: SnapMint,
    private readonly idempotency: Idempotency,
    private readonly events: EventLog,
    private readonly uploads: UploadsService,
    private readonly stories: StorySpreader,
  ) {}

  /** @param macs of the request's Idempotency-Key and body */
  async send(sending: Sending, macs: IdempotencyMacs): Promise<SendOutcome> {
    if (sending.uploadIds.some((id) => this.mint.isPast(id))) return this.#earlierOr(macs, SnapErrors.uploadExpired);
    let now: number | undefined;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const minted = await this.mint.mint(sending, now);
      const row = await this.#run(sending, minted, macs);
      now = Number(row.now);
      if (row.is_kept) {
        crashPoint('after_send_commit');
        this.events.announce(row.written ?? []);
        if (row.spreads) minted.snaps.forEach(({ id }) => void this.stories.announce(id));
        return { replayed: false, ...minted, acceptedAt: now, deadline: Number(row.deadline) };
      }
      if (row.verdict === 'label_moved') continue;
      // Whatever else stands in the way may be our own earlier success: the same key gets the same snap.
      const earlier = await this.idempotency.find(macs);
      if (earlier) return { replayed: true, id: this.idempotency.resultOf(earlier, macs) };
      if (row.verdict !== 'upload_pending') refuseSend(row, sending);
      await this.#complete(sending, row.faulty ?? []);
    }
    throw new Fault('unavailable', 'The snap could not be placed just now.', { retryAfterSeconds: 1 });
  }

  async #complete({ senderId, uploadIds }: Sending, pending: readonly number[]): Promise<void> {
    for (const index of pending) {
      const uploadId = uploadIds[index];
      if (uploadId !== undefined) await this.uploads.complete(senderId, uploadId);
    }
  }

  async #earlierOr(macs: IdempotencyMacs, refusal: () => Fault): Promise<SendOutcome> {
    const earlier = await this.idempotency.find(macs);
    if (!earlier) throw refusal();
    return { replayed: true, id: this.idempotency.resultOf(earlier, macs) };
  }

  async #run(sending: Sending, { albumId, snaps }: MintedSend, macs: IdempotencyMacs): Promise<SendRow> {
    const { userIds, groupIds, story, view, ttlSeconds, inReplyTo } = sending;
    // A reference dies with the original, and of an hour that is over nothing is left to ask: the answer goes without it.
    const isToLiving = inReplyTo !== undefined && !this.mint.isPast(inReplyTo);
    const values = [
      snaps.map((snap) => snap.id),
      sending.senderId,
      snaps.map((snap) => snap.uploadId),
      userIds,
      isToLiving ? inReplyTo : null,
      albumId,
      ttlSeconds === undefined ? null : ttlSeconds * 1000,
      this.mint.bucketMs,
      this.mint.ttlMs,
      view.mode ?? null,
      view.seconds ?? null,
      view.loop,
      view.replays,
      snaps.map((snap) => snap.words),
      snaps.map((snap) => snap.wordsKey),
      snaps.map((snap) => snap.salt),
      snaps.map((snap) => snap.commitment),
      snaps.map((snap) => snap.leaf),
      macs.route,
      macs.keyMac,
      macs.bodyMac,
      sending.deviceId,
    ];
    const isWide = groupIds.length > 0 || story !== undefined;
    const [row] = isWide
      ? await this.database.statement(sendToAnybody, [...values, groupIds, story ?? null])
      : await this.database.statement(sendToNamed, values);
    if (!row) throw new Error('the send statement answered nothing');
    return row;
  }
}
