import { Body, Controller, Post } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Config } from '../../../platform/config/index.js';
import { CallerOf, Idempotency, IdempotencyKeyOf, Limit, NeedsDisk, Operation, type Caller } from '../../../platform/http/index.js';
import { checkTtl } from '../../expiry/index.js';
import { Receipts } from '../../ledger/index.js';
import { SendingService } from '../sending.service.js';
import { SentService } from '../sent.service.js';
import { SnapMint } from '../snap-mint.js';
import { freshAnswer, goneAnswer, sentAnswer, type SentAnswer } from './snap-answers.js';
import { accepted, sendSnapBody, type SendSnapBody } from './snaps.dto.js';

const SEND_ROUTE = 'POST /v1/snaps';

@Controller('v1/snaps')
export class SendController {
  constructor(
    private readonly sending: SendingService,
    private readonly sent: SentService,
    private readonly mint: SnapMint,
    private readonly receipts: Receipts,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  @Post()
  @Limit('send')
  @Limit('send_day')
  @NeedsDisk()
  @Operation({
    id: 'sendSnap',
    tag: 'snaps',
    summary: 'Send a snap, or an album, to friends, groups and a story at once',
    description:
      'People named: all or nothing. Groups and stories reach whoever is in them and not blocked, silently. A pending upload is completed first; while it is processed the snap waits, and is delivered when ready or fails with `snap.failed`. With `upload_ids` the answer is `items`, one for each, in their order.',
    status: 201,
    gives: 'Accepted: it will be kept until its deadline',
    answer: accepted,
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
  async send(
    @CallerOf() { personId, deviceId }: Caller,
    @IdempotencyKeyOf() key: string,
    @Body({ schema: sendSnapBody }) body: SendSnapBody,
  ) {
    checkTtl(body.ttl_seconds, this.config);
    const { text, caption, alt, to } = body;
    const macs = this.idempotency.mac(personId, SEND_ROUTE, key, body);
    const outcome = await this.sending.send(
      {
        senderId: personId,
        deviceId,
        uploadIds: body.upload_ids ?? (body.upload_id === undefined ? [] : [body.upload_id]),
        isAlbum: body.upload_ids !== undefined,
        words: { text, caption, alt },
        userIds: to.user_ids ?? [],
        groupIds: to.group_ids ?? [],
        story: to.story,
        inReplyTo: body.in_reply_to,
        view: body.view,
        ttlSeconds: body.ttl_seconds,
      },
      macs,
    );
    const items = outcome.replayed ? await this.#again(outcome.id, personId, body.upload_ids) : freshAnswer(outcome, this.receipts);
    return body.upload_ids ? { items } : items[0];
  }

  /** A late retry gets its 201, whatever became of the snaps, never a second one. */
  #again(id: string, personId: string, albumOf?: readonly string[]): Promise<SentAnswer[]> {
    const ids = albumOf ? albumOf.map((_, index) => this.mint.partId(id, index)) : [id];
    return Promise.all(
      ids.map(async (snapId) => {
        const snap = await this.sent.find(snapId, personId);
        const answer = snap ? sentAnswer(snap, this.receipts) : goneAnswer(snapId, this.mint.labelOf(snapId));
        return { ...answer, server_time: this.clock.date().toISOString() };
      }),
    );
  }
}
