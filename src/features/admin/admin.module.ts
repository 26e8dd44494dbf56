import { Module } from '@nestjs/common';
import { FriendsModule } from '../friends/index.js';
import { ModerationModule } from '../moderation/index.js';
import { Passwords } from '../people/index.js';
import { SnapsModule } from '../snaps/index.js';
import { AdminAccounts } from './admin-accounts.js';
import { AdminAudit } from './admin-audit.js';
import { AdminSessions } from './admin-sessions.js';
import { Figures } from './figures.js';
import { AdminInvitesController } from './http/admin-invites.controller.js';
import { AdminPeopleController } from './http/admin-people.controller.js';
import { AdminReportsController } from './http/admin-reports.controller.js';
import { AdminSessionsController } from './http/admin-sessions.controller.js';
import { OversightController } from './http/oversight.controller.js';

/** Everything below `/admin/v1`. Needs the global modules of people, events, ledger and expiry. */
@Module({
  imports: [FriendsModule, SnapsModule, ModerationModule],
  controllers: [AdminInvitesController, AdminPeopleController, AdminReportsController, AdminSessionsController, OversightController],
  providers: [AdminAccounts, AdminAudit, AdminSessions, Figures, Passwords],
  exports: [AdminSessions],
})
export class AdminModule {}
