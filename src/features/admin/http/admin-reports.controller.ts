import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { decodeCursor, IdParam, Operation, pageOf, timePosition } from '../../../platform/http/index.js';
import { Ids } from '../../../platform/ids/index.js';
import { ReportDecisions, ReportDesk, ReportsService, type ReportEntity } from '../../moderation/index.js';
import { PeopleRepository } from '../../people/index.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { AdminOf } from './admin-request.js';
import {
  copyAnswer,
  decideBody,
  fileBody,
  filedAnswer,
  holdAnswer,
  reasonBody,
  reportAnswer,
  reportsAnswer,
  reportsQuery,
  type DecideBody,
  type FileBody,
  type ReasonBody,
  type ReportsQuery,
} from './admin.dto.js';
import { Roles } from './roles.decorator.js';

/** A report from its arrival to its decision. The one place where a moderator sees what somebody sent: the reported copy. */
@Controller('admin/v1/reports')
export class AdminReportsController {
  constructor(
    private readonly audit: AdminAudit,
    private readonly desk: ReportDesk,
    private readonly reports: ReportsService,
    private readonly people: PeopleRepository,
    private readonly decisions: ReportDecisions,
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  @Get()
  @Roles('moderator')
  @Operation({ id: 'listReports', tag: 'reports', summary: 'Reports', status: 200, gives: 'Oldest first', answer: reportsAnswer })
  async list(@AdminOf() admin: Admin, @Query({ schema: reportsQuery }) { limit, cursor, state }: ReportsQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    await this.audit.write(admin, { action: 'reports.list' });
    const rows = await this.desk.list({ isOpen: state && state === 'open', limit: limit + 1, after });
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.getTime(), id], answerReport);
  }

  @Post()
  @Roles('support', 'moderator')
  @Operation({
    id: 'fileReport',
    tag: 'reports',
    summary: 'File a report for somebody without an account',
    status: 201,
    gives: 'It is filed; nothing proves it',
    answer: filedAnswer,
    codes: ['not_found'],
  })
  async file(@AdminOf() admin: Admin, @Body({ schema: fileBody }) { handle, report_reason: about, note, reason }: FileBody) {
    const person = await this.people.findByHandle(handle);
    await this.audit.write(admin, { action: 'report.file', subject: person?.id, reason });
    if (!person) throw new Fault('not_found', 'No such person.');
    const id = this.ids.lasting();
    const report = { subject: { userId: person.id }, reason: about, note };
    await this.database.transaction((tx) => this.reports.write(tx, id, null, report, { kind: 'gone' }));
    return { id };
  }

  @Post(':id/open')
  @Roles('moderator')
  @Operation({
    id: 'openReport',
    tag: 'reports',
    summary: 'Look at the reported copy',
    description: 'Written into the audit and counted in the transparency figures.',
    status: 200,
    gives: 'Note, words and media, as far as there are any',
    answer: copyAnswer,
    codes: ['not_found'],
  })
  async open(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    await this.audit.write(admin, { action: 'report.open', subject: id, reason });
    const { note, words, media } = await this.desk.open(id);
    return { note, words, media: media && { content_type: media.contentType, base64: media.bytes.toString('base64') } };
  }

  @Post(':id/decide')
  @Roles('moderator')
  @Operation({
    id: 'decideReport',
    tag: 'reports',
    summary: 'Decide',
    description: '`removed` takes the snap down for everyone, `suspended` suspends whom it is about. Both sides are told, with the reason.',
    status: 200,
    gives: 'The report, decided',
    answer: reportAnswer,
    codes: ['not_found'],
  })
  async decide(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: decideBody }) { outcome, reason }: DecideBody) {
    await this.audit.write(admin, { action: `report.decide.${outcome}`, subject: id, reason });
    return answerReport(await this.decisions.decide(id, { outcome, reason }));
  }

  @Post(':id/hold')
  @Roles('moderator')
  @Operation({
    id: 'holdReport',
    tag: 'reports',
    summary: 'Keep a report longer than 30 days',
    description: 'The first moderator asks, another one confirms; each hold is for 30 days.',
    status: 200,
    gives: 'Whether it holds or waits for another moderator',
    answer: holdAnswer,
    codes: ['not_found'],
  })
  async hold(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    await this.audit.write(admin, { action: 'report.hold', subject: id, reason });
    return { state: (await this.desk.hold(id, admin.id)) ? ('held' as const) : ('asked' as const) };
  }
}

function answerReport(report: ReportEntity) {
  return {
    id: report.id,
    reporter_id: report.reporterId,
    snap_id: report.snapId,
    user_id: report.userId,
    group_id: report.groupId,
    reason: report.reason,
    evidence: report.evidence,
    created_at: report.createdAt.toISOString(),
    keep_until: report.keepUntil.toISOString(),
    hold: report.heldBy ? ('held' as const) : report.holdBy ? ('asked' as const) : ('none' as const),
    decided_at: report.decidedAt?.toISOString() ?? null,
    outcome: report.outcome,
    outcome_reason: report.outcomeReason,
  };
}
