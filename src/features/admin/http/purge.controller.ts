import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { decodeCursor, listQuery, Operation, pageOf, timePosition, type ListQuery } from '../../../platform/http/index.js';
import { PurgeDesk, type HourNow, type StuckErasure } from '../../expiry/index.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { AdminOf } from './admin-request.js';
import { reasonBody, type ReasonBody } from './admin.dto.js';
import { hourAnswer, hoursAnswer, labelParam, orphansAnswer, planAnswer, runAnswer, stuckAnswer } from './purge.dto.js';
import { Roles } from './roles.decorator.js';

/** Purging: everybody here may see whether it is on time; operators may ask for it at once. */
@Controller('admin/v1/purge')
export class PurgeController {
  constructor(
    private readonly desk: PurgeDesk,
    private readonly audit: AdminAudit,
    private readonly clock: Clock,
  ) {}

  @Get('hours')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'listHours',
    tag: 'purge',
    summary: 'Hours and how purging stands',
    status: 200,
    gives: 'By their end',
    answer: hoursAnswer,
  })
  async hours() {
    const { hours, hoursDue, snapsDue, erasuresOwed, oldestErasureSeconds } = await this.desk.state();
    return {
      hours: hours.map(answerHour),
      hours_due: hoursDue,
      snaps_due: snapsDue,
      erasures_owed: erasuresOwed,
      oldest_erasure_seconds: oldestErasureSeconds,
      server_time: new Date(this.clock.now()).toISOString(),
    };
  }

  @Get('hours/:label')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'getHour',
    tag: 'purge',
    summary: 'One hour',
    status: 200,
    gives: 'Its state, and what is in it in numbers',
    answer: hourAnswer,
    codes: ['not_found'],
  })
  async hour(@Param('label', { schema: labelParam }) label: number) {
    const hour = await this.desk.hour(label);
    if (!hour) throw new Fault('not_found', 'There is no hour with this label.');
    const { snaps, deliveries, uploads, bytes, erasuresOwed } = hour;
    return { ...answerHour(hour), snaps, deliveries, uploads, bytes, erasures_owed: erasuresOwed };
  }

  @Get('dry-run')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'planPurge',
    tag: 'purge',
    summary: 'What a run would erase at this moment',
    description: 'Counts rows, and lists the store for hours that are due. Touches nothing.',
    status: 200,
    gives: 'Numbers',
    answer: planAnswer,
  })
  async plan() {
    const { snapsDue, ...plan } = await this.desk.plan();
    return { ...plan, snaps_due: snapsDue };
  }

  @Post('run')
  @Roles('operator')
  @Operation({
    id: 'runPurge',
    tag: 'purge',
    summary: 'Erase what is due, now',
    description:
      'Puts the jobs that workers run anyway, and tries again at once what waits for another attempt. Nothing goes before its time.',
    status: 202,
    gives: 'What was asked for; twice is once',
    answer: runAnswer,
  })
  async run(@AdminOf() admin: Admin, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    await this.audit.write(admin, { action: 'purge.run', reason });
    return this.desk.run();
  }

  @Get('stuck')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'listStuckErasures',
    tag: 'purge',
    summary: 'Deletions past their time',
    description: 'Owed for more than a minute. Nobody can read what they name; its bytes may still lie in the store.',
    status: 200,
    gives: 'Oldest first',
    answer: stuckAnswer,
  })
  async stuck(@Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const rows = await this.desk.stuck(limit + 1, after);
    return pageOf(rows, limit, ({ owed_at, id }) => [owed_at.getTime(), id], answerStuck);
  }

  @Get('orphans')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'getOrphans',
    tag: 'purge',
    summary: 'What the last sweep for orphans found',
    status: 200,
    gives: 'Numbers',
    answer: orphansAnswer,
  })
  async orphans() {
    const turn = await this.desk.lastOrphanSweep();
    return {
      swept_at: turn?.ended_at?.toISOString() ?? null,
      next_at: turn?.next_at.toISOString() ?? null,
      found: turn?.found ?? null,
    };
  }

  @Post('orphans/sweep')
  @Roles('operator')
  @Operation({
    id: 'sweepOrphans',
    tag: 'purge',
    summary: 'Look for orphans now',
    status: 202,
    gives: 'A worker’s next sweep does it, within 15 s; twice is once',
  })
  async sweep(@AdminOf() admin: Admin, @Body({ schema: reasonBody }) { reason }: ReasonBody): Promise<void> {
    await this.audit.write(admin, { action: 'purge.orphans', reason });
    await this.desk.sweepOrphans();
  }
}

function answerHour({ label, state, closedAt, pastSeconds }: HourNow) {
  const lag = closedAt ? (closedAt.getTime() - label) / 1000 : pastSeconds;
  return {
    label,
    ends_at: new Date(label).toISOString(),
    state,
    closed_at: closedAt?.toISOString() ?? null,
    is_due: state !== 'closed' && pastSeconds >= 0,
    lag_seconds: lag < 0 ? null : lag,
  };
}

function answerStuck({ id, label, reason, owed_at, attempts, next_attempt_at, last_error, objects }: StuckErasure) {
  return {
    id,
    label: Number(label),
    reason,
    owed_at: owed_at.toISOString(),
    attempts,
    next_attempt_at: next_attempt_at.toISOString(),
    last_error,
    objects,
  };
}
