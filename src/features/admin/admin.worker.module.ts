import { Module, type OnModuleInit } from '@nestjs/common';
import { ExpiryWorkerModule, Sweeper } from '../expiry/index.js';
import { AdminAudit } from './admin-audit.js';
import { AdminSessions } from './admin-sessions.js';

/** What of admins goes by itself. */
@Module({ imports: [ExpiryWorkerModule], providers: [AdminAudit, AdminSessions] })
export class AdminWorkerModule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly audit: AdminAudit,
    private readonly sessions: AdminSessions,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'audit', run: () => this.audit.forgetOld() });
    this.sweeper.register({ name: 'admin sessions', run: () => this.sessions.deleteDead() });
  }
}
