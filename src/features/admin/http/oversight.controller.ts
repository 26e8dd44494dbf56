import { Controller, Get, Header, Query } from '@nestjs/common';
import { z } from 'zod';
import { decodeCursor, listQuery, Operation, pageOf, Public, type ListQuery } from '../../../platform/http/index.js';
import { Metrics } from '../../../platform/observability/index.js';
import { AdminAudit } from '../admin-audit.js';
import { Figures } from '../figures.js';
import { auditAnswer, figuresAnswer } from './admin.dto.js';
import { Roles } from './roles.decorator.js';

/** Looking at the service: numbers, and what admins did. */
@Controller()
export class OversightController {
  constructor(
    private readonly metrics: Metrics,
    private readonly audit: AdminAudit,
    private readonly figures: Figures,
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
  @Operation({ id: 'getOverview', tag: 'oversight', summary: 'How the service is', status: 200, gives: 'Numbers', answer: figuresAnswer })
  overview(): Promise<object> {
    return this.figures.overview();
  }

  @Get('admin/v1/transparency')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'getTransparency',
    tag: 'oversight',
    summary: 'Figures that may be published',
    status: 200,
    gives: 'Numbers',
    answer: figuresAnswer,
  })
  transparency(): Promise<object> {
    return this.figures.transparency();
  }

  @Get('admin/v1/audit')
  @Roles('operator')
  @Operation({
    id: 'listAudit',
    tag: 'oversight',
    summary: 'What admins did',
    description: 'Page by page to its end, this is its export.',
    status: 200,
    gives: 'Oldest first',
    answer: auditAnswer,
  })
  async list(@Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [0] : decodeCursor(cursor, z.tuple([z.int().min(0)]));
    const rows = await this.audit.list(limit + 1, after);
    return pageOf(
      rows,
      limit,
      ({ id }) => [Number(id)],
      ({ id, at, adminName: admin, action, subject, reason }) => ({ id: Number(id), at: at.toISOString(), admin, action, subject, reason }),
    );
  }
}
