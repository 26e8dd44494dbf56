import { Controller, Delete, Get, Param, Query, UseInterceptors } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import {
  CallerOf,
  decodeCursor,
  Limit,
  listQuery,
  Operation,
  pageOf,
  timePosition,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { answerUser } from '../../people/index.js';
import { Receipts } from '../../ledger/index.js';
import { SentService } from '../sent.service.js';
import { StoriesService } from '../stories.service.js';
import { LostSnapsInterceptor } from './lost-snaps.interceptor.js';
import { deliveryAnswer, mineAnswer } from './snap-answers.js';
import { SnapIdPipe } from './snap-id.pipe.js';
import { sentSnapDetail, sentSnapList, unsent, viewers } from './snaps.dto.js';

const GONE = ['snap_expired', 'snap_erased', 'snap_lost'] as const;

/** What I sent, what became of it, and taking it back. */
@Controller('v1/snaps')
@UseInterceptors(LostSnapsInterceptor)
export class SentController {
  constructor(
    private readonly sent: SentService,
    private readonly stories: StoriesService,
    private readonly receipts: Receipts,
    private readonly clock: Clock,
  ) {}

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
    const page = pageOf(
      rows,
      limit,
      (snap) => [snap.acceptedAt, snap.id],
      (snap) => mineAnswer(snap, this.receipts),
    );
    return { ...page, server_time: this.clock.date().toISOString() };
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
    codes: GONE,
  })
  async get(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string) {
    const { snap, deliveries } = await this.sent.get(id, personId);
    return { ...mineAnswer(snap, this.receipts), server_time: this.clock.date().toISOString(), deliveries: deliveries.map(deliveryAnswer) };
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
    codes: GONE,
  })
  async unsend(@CallerOf() { personId }: Caller, @Param('id', SnapIdPipe) id: string) {
    const deliveries = await this.sent.unsend(id, personId);
    return { deliveries: deliveries.map(deliveryAnswer) };
  }

  @Get(':id/viewers')
  @Limit('read')
  @Operation({
    id: 'listViewers',
    tag: 'stories',
    summary: 'Who saw my story',
    description: 'For its author alone, while it lives. Who saw it while they or the author had receipts off is not in it, then or later.',
    status: 200,
    gives: 'Latest first',
    answer: viewers,
    codes: GONE,
  })
  async viewers(
    @CallerOf() { personId }: Caller,
    @Param('id', SnapIdPipe) id: string,
    @Query({ schema: listQuery }) { limit, cursor }: ListQuery,
  ) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const rows = await this.stories.viewers(id, personId, after, limit + 1);
    return pageOf(
      rows,
      limit,
      (row) => [row.opened_at.getTime(), row.id],
      ({ opened_at, display_name, ...user }) => ({
        user: answerUser({ ...user, displayName: display_name }),
        opened_at: opened_at.toISOString(),
      }),
    );
  }
}
