import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, Post, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { decodeCursor, listQuery, Operation, pageOf, Public, type ListQuery } from '../../../platform/http/index.js';
import { Metrics } from '../../../platform/observability/index.js';
import type { AdminAuditEntity } from '../admin-audit.entity.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { Overview } from '../overview.js';
import { Transparency } from '../transparency.js';
import { AdminOf } from './admin-request.js';
import { reasonBody, type ReasonBody } from './admin.dto.js';
import { auditAnswer, overviewAnswer, transparencyAnswer } from './oversight.dto.js';
import { Roles } from './roles.decorator.js';

const JSON_LINES = 'application/x-ndjson; charset=utf-8';

/** Looking at the service: numbers, and what admins did. */
@Controller()
export class OversightController {
  constructor(
    private readonly metrics: Metrics,
    private readonly audit: AdminAudit,
    private readonly service: Overview,
    private readonly figures: Transparency,
  ) {}

  @Get('metrics')
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Operation({
    id: 'getMetrics',
    tag: 'oversight',
    summary: 'Prometheus metrics',
    status: 200,
    gives: 'The exposition format',
    type: 'text/plain',
  })
  read(): Promise<string> {
    return this.metrics.text();
  }

  @Get('admin/v1/overview')
  @Roles('support', 'moderator', 'operator')
  @Operation({ id: 'getOverview', tag: 'oversight', summary: 'How the service is', status: 200, gives: 'Numbers', answer: overviewAnswer })
  overview(): Promise<object> {
    return this.service.read();
  }

  @Get('admin/v1/transparency')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'getTransparency',
    tag: 'oversight',
    summary: 'Figures that may be published',
    status: 200,
    description: 'By month: counted as it happens, so that it stays when reports, copies and erasures are gone.',
    gives: 'Numbers',
    answer: transparencyAnswer,
  })
  transparency(): Promise<object> {
    return this.figures.read();
  }

  @Get('admin/v1/audit')
  @Roles('operator')
  @Operation({
    id: 'listAudit',
    tag: 'oversight',
    summary: 'What admins did',
    status: 200,
    gives: 'Oldest first',
    answer: auditAnswer,
  })
  async list(@Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [0] : decodeCursor(cursor, z.tuple([z.int().min(0)]));
    const rows = await this.audit.list(limit + 1, after);
    return pageOf(rows, limit, ({ id }) => [Number(id)], lineOf);
  }

  @Post('admin/v1/audit/export')
  @Roles('operator')
  @Header('Content-Type', JSON_LINES)
  @Operation({
    id: 'exportAudit',
    tag: 'oversight',
    summary: 'The whole audit',
    description: 'One JSON object a line, oldest first, as in the list. The export is itself a line of it, the last one.',
    status: 200,
    gives: 'JSON lines',
    type: JSON_LINES,
  })
  async export(@AdminOf() admin: Admin, @Body({ schema: reasonBody }) { reason }: ReasonBody): Promise<StreamableFile> {
    await this.audit.write(admin, { action: 'audit.export', reason });
    return new StreamableFile(Readable.from(jsonLines(this.audit.all())), { type: JSON_LINES });
  }
}

async function* jsonLines(rows: AsyncIterable<AdminAuditEntity>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(lineOf(row))}\n`;
}

function lineOf({ id, at, adminName: admin, action, subject, reason }: AdminAuditEntity) {
  return { id: Number(id), at: at.toISOString(), admin, action, subject, reason };
}
