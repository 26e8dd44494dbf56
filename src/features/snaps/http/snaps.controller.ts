import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Config } from '../../../platform/config/index.js';
import {
  CallerOf,
  decodeCursor,
  Idempotency,
  IdempotencyKeyOf,
  Limit,
  listQuery,
  NeedsDisk,
  Operation,
  pageOf,
  timePosition,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { Hours } from '../../../platform/ids/index.js';
import { checkTtl } from '../../expiry/index.js';
import { Receipts } from '../../ledger/index.js';
import { SendingService } from '../sending.service.js';
import { SentService } from '../sent.service.js';
import { deliveryAnswer, sentAnswer } from './snap-answers.js';
import { SnapIdPipe } from './snap-id.pipe.js';
import { sendSnapBody, sentSnap, sentSnapDetail, sentSnapList, unsent, type SendSnapBody } from './snaps.dto.js';

const SEND_ROUTE = 'POST /v1/snaps';

/** The sender's routes. */
@Controller('v1/snaps')
export class SnapsController {
  constructor(
    private readonly sending: SendingService,
    private readonly sent: SentService,
    private readonly receipts: Receipts,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly config: Config,
  ) {}

  @Post()
  @Limit('send')
  @Limit('send_day')
  @NeedsDisk()
  @Operation({
    id: 'sendSnap',
    tag: 'snaps',
    summary: 'Send a snap to friends',
    description:
      'A pending upload is completed first; while it is processed the snap waits, and is delivered when ready or fails with `snap.failed`.',
    status: 201,
    gives: 'Accepted: it will be kept until its deadline',
    answer: sentSnap,
    codes: [
      'upload_incomplete',
      'upload_used',
      'upload_expired',
      'unsupported_media',
      'recipient_unavailable',
      'ttl_out_of_range',
      'not_found',
      'suspended',
    ],
  })
  async send(@CallerOf() { personId }: Caller, @IdempotencyKeyOf() key: string, @Body({ schema: sendSnapBody }) body: SendSnapBody) {
    checkTtl(body.ttl_seconds, this.config);
    const { text, caption, alt } = body;
    const macs = this.idempotency.mac(personId, SEND_ROUTE, key, body);
    const outcome = await this.sending.send(
      {
        senderId: personId,
        uploadId: body.upload_id,
        words: { text, caption, alt },
        recipientIds: body.to.user_ids,
        view: body.view,
        ttlSeconds: body.ttl_seconds,
      },
      macs,
    );
    if (outcome.replayed) return this.#replay(outcome.id, personId);
    return {
      id: outcome.id,
      state: 'accepted',
      expires_at: new Date(outcome.deadline).toISOString(),
      server_time: new Date(outcome.acceptedAt).toISOString(),
      receipt: this.receipts.issue(outcome.id, outcome.salt, outcome.acceptedAt),
    };
  }

  @Get()
  @Limit('read')
  @Operation({
    id: 'listSentSnaps',
    tag: 'snaps',
    summary: 'My living snaps',
    status: 200,
    gives: 'Oldest first',
    answer: sentSnapList,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const rows = await this.sent.list(personId, after, limit + 1);
    return pageOf(
      rows,
      limit,
      (snap) => [snap.acceptedAt, snap.id],
      (snap) => sentAnswer(snap, this.receipts),
    );
  }

  @Get(':id')
  @Limit('read')
  @Operation({
    id: 'getSentSnap',
    tag: 'snaps',
    summary: 'One of my snaps and what became of it',
    status: 200,
    gives: 'State, deliveries and receipt',
    answer: sentSnapDetail,
    codes: ['snap_expired', 'snap_erased', 'snap_lost'],
  })
  async get(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string) {
    const { snap, deliveries } = await this.sent.get(id, personId);
    return { ...sentAnswer(snap, this.receipts), server_time: this.clock.date().toISOString(), deliveries: deliveries.map(deliveryAnswer) };
  }

  @Delete(':id')
  @Limit('read')
  @Operation({
    id: 'unsendSnap',
    tag: 'snaps',
    summary: 'Unsend: gone for everyone',
    status: 200,
    gives: 'Who had seen it',
    answer: unsent,
    codes: ['snap_expired', 'snap_erased'],
  })
  async unsend(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string) {
    const deliveries = await this.sent.unsend(id, personId);
    return { deliveries: deliveries.map(deliveryAnswer) };
  }

  /** A late retry gets its 201, whatever became of the snap, never a second one. */
  async #replay(id: string, personId: string) {
    const server_time = this.clock.date().toISOString();
    const snap = await this.sent.find(id, personId);
    if (snap) return { ...sentAnswer(snap, this.receipts), server_time };
    return { id, state: 'expired', expires_at: new Date(this.hours.ownLabelOf(id)).toISOString(), server_time, receipt: null };
  }
}
