import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Fault } from '../../../platform/faults/index.js';
import {
  CallerOf,
  decodeCursor,
  IdempotencyKeyOf,
  Limit,
  listQuery,
  Operation,
  pageOf,
  timePosition,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { BlocksService } from '../../friends/index.js';
import { ReportSubjects, type Subject } from '../report-subject.js';
import { ReportsService, type ReportView } from '../reports.service.js';
import { reportBody, reportMadeAnswer, reportsAnswer, type ReportBody } from './reports.dto.js';

@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly reports: ReportsService,
    private readonly subjects: ReportSubjects,
    private readonly blocks: BlocksService,
  ) {}

  @Post()
  @Limit('report')
  @Operation({
    id: 'report',
    tag: 'reports',
    summary: 'Report a snap, a person or a group',
    description:
      'Also after a snap is gone. While I may view it the server seals a copy for the moderators; later I send my own copy, which ' +
      '`franking_tag` shows to be what was sent to me. Nobody but moderators learns who reported. Kept for 30 days at most, unless two moderators hold it.',
    status: 201,
    gives: 'It is filed; `evidence` says what it rests on',
    answer: reportMadeAnswer,
    codes: ['not_found', 'snap_expired', 'in_flight', 'idempotency_key_reused'],
  })
  async report(@CallerOf() { personId }: Caller, @IdempotencyKeyOf() key: string, @Body({ schema: reportBody }) body: ReportBody) {
    const { reason, note, evidence: copy } = body;
    const filed =
      (await this.reports.made(personId, key, body)) ??
      (await this.reports.create(personId, key, body, { subject: await this.#subjectOf(personId, body), reason, note, copy }));
    // Also on a retry: the first answer may have been lost between the two.
    const reported = body.block ? await this.reports.reportedPerson(filed.id) : undefined;
    if (reported !== undefined && reported !== personId) await this.#block(personId, reported);
    return filed;
  }

  @Get()
  @Limit('read')
  @Operation({
    id: 'listReports',
    tag: 'reports',
    summary: 'What I reported, and what was decided about me',
    status: 200,
    gives: 'Newest first',
    answer: reportsAnswer,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const rows = await this.reports.list(personId, limit + 1, before);
    return pageOf(rows, limit, ({ shown_at, id }) => [shown_at.getTime(), id], answerReport);
  }

  #subjectOf(personId: string, { snap_id, user_id, group_id, evidence }: ReportBody): Promise<Subject> {
    if (snap_id !== undefined) return this.subjects.ofSnap(snap_id, personId, evidence);
    return user_id === undefined ? this.subjects.ofGroup(group_id ?? '', personId) : this.subjects.ofPerson(user_id, personId);
  }

  /** Whoever has blocked me first does not exist for me; the block is kept all the same. */
  async #block(personId: string, otherId: string): Promise<void> {
    await this.blocks.block(personId, otherId).catch((error: unknown) => {
      if (!(error instanceof Fault && error.code === 'not_found')) throw error;
    });
  }
}

/** What is said to who was reported names neither snap nor group: either would say who reported. */
function answerReport(row: ReportView) {
  const about = { snap_id: row.snap_id ?? undefined, user_id: row.user_id ?? undefined, group_id: row.group_id ?? undefined };
  return {
    id: row.id,
    role: row.is_mine ? ('reporter' as const) : ('reported' as const),
    ...(row.is_mine && about),
    reason: row.reason,
    state: row.decided_at ? ('decided' as const) : ('open' as const),
    // When it was filed, and that there was a copy to seal, tell the sender of a view-once who was looking at it just then.
    ...(row.is_mine && { evidence: row.evidence, created_at: row.created_at.toISOString() }),
    decided_at: row.decided_at?.toISOString(),
    outcome: row.outcome ?? undefined,
    outcome_reason: row.outcome_reason ?? undefined,
  };
}
