import { Module, type OnModuleInit } from '@nestjs/common';
import { Log } from '../../platform/observability/index.js';
import { ExpiryPurgeModule, HourEnder, Sweeper } from '../expiry/index.js';
import { ActiveRecipients } from './active-recipients.js';
import { AdminAudit } from './admin-audit.js';
import { AdminSessions } from './admin-sessions.js';

const SELDOM_SECONDS = 3600;

/** What of admins goes by itself, and what is counted before it goes. */
@Module({ imports: [ExpiryPurgeModule], providers: [ActiveRecipients, AdminAudit, AdminSessions] })
export class AdminWorkerModule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly ender: HourEnder,
    private readonly audit: AdminAudit,
    private readonly sessions: AdminSessions,
    private readonly recipients: ActiveRecipients,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    // A figure holds no erasure up.
    this.ender.beforeHourEnds((label) =>
      this.recipients.count(label).catch((err: unknown) => this.log.warn({ err, label }, 'the recipients of an hour were not counted')),
    );
    this.sweeper.register({ name: 'audit', run: () => this.audit.forgetOld() });
    this.sweeper.register({ name: 'admin sessions', run: () => this.sessions.deleteDead() });
    this.sweeper.register({ name: 'recipients', everySeconds: SELDOM_SECONDS, run: () => this.recipients.finish() });
  }
}
