import { Body, Controller, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import {
  CallerOf,
  decodeCursor,
  Idempotency,
  IdempotencyKeyOf,
  Limit,
  listQuery,
  Operation,
  pageOf,
  timePosition,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { inboxItem } from '../inbox-item.js';
import { InboxService } from '../inbox.service.js';
import { OpeningService } from '../opening.service.js';
import { Screenshots } from '../screenshots.js';
import { ViewingService } from '../viewing.service.js';
import { LostSnapsInterceptor } from './lost-snaps.interceptor.js';
import { openedAnswer } from './snap-answers.js';
import { SnapIdPipe } from './snap-id.pipe.js';
import { freshMediaLink, inbox, openedSnap, openSnapBody, type OpenSnapBody } from './snaps.dto.js';

const OPEN_ROUTE = 'POST /v1/snaps/{id}/open';
const GONE = ['snap_expired', 'snap_erased', 'snap_already_opened', 'snap_lost'] as const;

/** The recipient's routes. */
@Controller('v1')
@UseInterceptors(LostSnapsInterceptor)
export class ReceivedController {
  constructor(
    private readonly inbox: InboxService,
    private readonly opening: OpeningService,
    private readonly viewing: ViewingService,
    private readonly screenshots: Screenshots,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  @Get('inbox')
  @Limit('read')
  @Operation({
    id: 'getInbox',
    tag: 'snaps',
    summary: 'Living snaps for me',
    status: 200,
    gives: 'By (sent_at, id); opened ones stay, without media, until they die',
    answer: inbox,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const head = await this.inbox.head(personId);
    const rows = await this.inbox.list(personId, after, limit + 1);
    return {
      ...pageOf(rows, limit, (row) => [row.sent_at.getTime(), row.snap_id], inboxItem),
      head,
      server_time: this.clock.date().toISOString(),
    };
  }

  @Post('snaps/:id/media')
  @Limit('read')
  @Operation({
    id: 'getSnapMedia',
    tag: 'snaps',
    summary: 'A fresh link to the ciphertext',
    description: 'Fetch the ciphertext and check it first, then open: a failed fetch consumes nothing.',
    status: 200,
    gives: 'A link of at most 10 minutes, never past the deadline; Range works',
    answer: freshMediaLink,
    codes: GONE,
  })
  async media(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string) {
    return { ...(await this.viewing.mediaLink(id, personId)), server_time: this.clock.date().toISOString() };
  }

  @Post('snaps/:id/open')
  @Limit('open')
  @Operation({
    id: 'openSnap',
    tag: 'snaps',
    summary: 'Open: the key is handed out once, under a lease',
    description: 'The same device with the same Idempotency-Key takes its view up again until it closes or the lease ends.',
    status: 200,
    gives: 'The key and the words',
    answer: openedSnap,
    codes: [...GONE, 'idempotency_key_reused'],
  })
  async open(
    @CallerOf() { personId, deviceId }: Caller,
    @IdempotencyKeyOf() key: string,
    @Param('id', SnapIdPipe) id: string,
    @Body({ schema: openSnapBody }) body: OpenSnapBody,
  ) {
    const replay = body?.replay ?? false;
    const macs = this.idempotency.mac(personId, OPEN_ROUTE, key, { id, replay });
    return openedAnswer(await this.opening.open({ snapId: id, recipientId: personId, deviceId, macs, replay }));
  }

  @Post('snaps/:id/close')
  @Limit('open')
  @Operation({
    id: 'closeSnap',
    tag: 'snaps',
    summary: 'End the view',
    status: 204,
    gives: 'Closed; closing again changes nothing',
    codes: ['snap_expired', 'snap_lost'],
  })
  async close(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string): Promise<void> {
    await this.viewing.close(id, personId);
  }

  @Post('snaps/:id/screenshot')
  @Limit('open')
  @Operation({
    id: 'reportScreenshot',
    tag: 'snaps',
    summary: 'A screenshot was taken of it',
    description: 'The sender is told, once, also where receipts are off. Best effort: a client that keeps it to itself is not found out.',
    status: 204,
    gives: 'Told; of what was never opened, nothing is',
    codes: ['snap_expired', 'snap_lost'],
  })
  async screenshot(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string): Promise<void> {
    await this.screenshots.report(id, personId);
  }
}
