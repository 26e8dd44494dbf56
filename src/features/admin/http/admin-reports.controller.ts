import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { decodeCursor, IdParam, Operation, pageOf, timePosition } from '../../../platform/http/index.js';
import type { ReportEntity } from '../../moderation/index.js';
import type { Admin } from '../admin-sessions.js';
import { ReportRoom } from '../report-room.js';
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

@Controller('admin/v1/reports')
export class AdminReportsController {
  constructor(private readonly room: ReportRoom) {}

  @Get()
  @Roles('moderator')
  @Operation({
    id: 'listReports',
    tag: 'reports',
    summary: 'Reports',
    description: 'What waits, and since when. Whom it is about, and by whom, is in `read`, which asks for a reason.',
    status: 200,
    gives: 'Oldest first, about nobody',
    answer: reportsAnswer,
  })
  async list(@Query({ schema: reportsQuery }) { limit, cursor, state }: ReportsQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, timePosition);
    const rows = await this.room.list({ isOpen: state && state === 'open', limit: limit + 1, after });
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.getTime(), id], answerInList);
  }

  @Post(':id/read')
  @Roles('moderator')
  @Operation({
    id: 'readReport',
    tag: 'reports',
    summary: 'One report: about whom, by whom',
    status: 200,
    gives: 'All but the reported copy and the note',
    answer: reportAnswer,
    codes: ['not_found'],
  })
  async read(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    return answerReport(await this.room.read(admin, id, reason));
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
    return { id: await this.room.file(admin, { handle, about, note, reason }) };
  }

  @Post(':id/open')
  @Roles('moderator')
  @Operation({
    id: 'openReport',
    tag: 'reports',
    summary: 'Look at the reported copy',
    description: 'Written into the audit and counted in the transparency figures.',
    status: 200,
    gives: 'Note, words and media, or the hash of what was sent, as far as there are any',
    answer: copyAnswer,
    codes: ['not_found'],
  })
  async open(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    const { note, words, media, mediaSha256 } = await this.room.open(admin, id, reason);
    const picture = media && { content_type: media.contentType, base64: media.bytes.toString('base64') };
    return { note, words, media: picture, media_sha256: mediaSha256 };
  }

  @Post(':id/decide')
  @Roles('moderator')
  @Operation({
    id: 'decideReport',
    tag: 'reports',
    summary: 'Decide',
    description:
      '`removed` takes the snap down for everyone (422 where the report is about none), `suspended` suspends whom it is about. Both sides are told, with the reason.',
    status: 200,
    gives: 'The report, decided',
    answer: reportAnswer,
    codes: ['not_found'],
  })
  async decide(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: decideBody }) { outcome, reason }: DecideBody) {
    return answerReport(await this.room.decide(admin, id, { outcome, reason }));
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
    return { state: (await this.room.hold(admin, id, reason)) ? ('held' as const) : ('asked' as const) };
  }
}

function answerInList({ id, reason, evidence, createdAt, keepUntil, heldBy, holdBy, decidedAt, outcome }: ReportEntity) {
  return {
    id,
    reason,
    evidence,
    created_at: createdAt.toISOString(),
    keep_until: keepUntil.toISOString(),
    hold: heldBy ? ('held' as const) : holdBy ? ('asked' as const) : ('none' as const),
    decided_at: decidedAt?.toISOString() ?? null,
    outcome,
  };
}

function answerReport(report: ReportEntity) {
  return {
    ...answerInList(report),
    reporter_id: report.reporterId,
    snap_id: report.snapId,
    user_id: report.userId,
    group_id: report.groupId,
    outcome_reason: report.outcomeReason,
  };
}
