import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../../platform/http/index.js';
import { SnapsModule } from '../snaps/index.js';
import { CopiesLedger } from './copies-ledger.js';
import { EvidenceMaker } from './evidence.js';
import { ModerationKey } from './moderation-key.js';
import { ReportDecisions } from './report-decisions.js';
import { ReportDesk } from './report-desk.js';
import { ReportParts } from './report-parts.js';
import { ReportSubjects } from './report-subject.js';
import { ReportsService } from './reports.service.js';

/** Reports: making and judging. Every process has it that reads events or what is held about people. */
@Module({
  imports: [IdempotencyModule, SnapsModule],
  providers: [CopiesLedger, EvidenceMaker, ModerationKey, ReportDecisions, ReportDesk, ReportParts, ReportSubjects, ReportsService],
  exports: [CopiesLedger, ReportDecisions, ReportDesk, ReportSubjects, ReportsService],
})
export class ModerationModule {}
