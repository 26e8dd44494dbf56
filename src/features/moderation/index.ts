export { moderationErasable } from './moderation.erasable.js';
export { ModerationHttpModule } from './moderation.http.module.js';
export { ModerationModule } from './moderation.module.js';
export { ModerationWorkerModule } from './moderation.worker.module.js';
export { evidenceKinds, MAX_NOTE, outcomes, reportReasons, type Outcome, type ReportReason } from './moderation.settings.js';
export { ReportDecisions } from './report-decisions.js';
export { ReportDesk, type OpenedCopy } from './report-desk.js';
export { ReportEntity } from './report.entity.js';
export { ReportsService } from './reports.service.js';
