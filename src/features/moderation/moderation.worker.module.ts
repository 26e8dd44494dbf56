import { Module, type OnModuleInit } from '@nestjs/common';
import { ExpiryPurgeModule, Sweeper } from '../expiry/index.js';
import { ModerationModule } from './moderation.module.js';
import { ReportRetention } from './report-retention.js';

/** The end of reports. */
@Module({ imports: [ModerationModule, ExpiryPurgeModule], providers: [ReportRetention] })
export class ModerationWorkerModule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly retention: ReportRetention,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'reports', run: () => this.retention.eraseDue() });
    this.sweeper.register({ name: 'stray copies', everySeconds: 1800, run: () => this.retention.eraseStrays() });
  }
}
