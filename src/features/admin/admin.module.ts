import { Module } from '@nestjs/common';
import { OpenApiController, OpenApiDocument } from '../../platform/http/index.js';
import { FriendsModule } from '../friends/index.js';
import { ModerationModule } from '../moderation/index.js';
import { Passwords } from '../people/index.js';
import { SnapsModule } from '../snaps/index.js';
import { ActiveRecipients } from './active-recipients.js';
import { AdminAccounts } from './admin-accounts.js';
import { AdminAudit } from './admin-audit.js';
import { AdminLogIn } from './admin-log-in.js';
import { AdminSessions } from './admin-sessions.js';
import { AdminInvitesController } from './http/admin-invites.controller.js';
import { AdminPeopleController } from './http/admin-people.controller.js';
import { AdminReportsController } from './http/admin-reports.controller.js';
import { AdminSessionsController } from './http/admin-sessions.controller.js';
import { BoardAdmission } from './http/board-admission.js';
import { BoardController } from './http/board.controller.js';
import { OversightController } from './http/oversight.controller.js';
import { PurgeController } from './http/purge.controller.js';
import { QueuesController } from './http/queues.controller.js';
import { Overview } from './overview.js';
import { PeopleDesk } from './people-desk.js';
import { ReportRoom } from './report-room.js';
import { Transparency } from './transparency.js';

/** Everything below `/admin/v1`, and the document of it. Needs the global modules of people, events, ledger and expiry. */
@Module({
  imports: [FriendsModule, SnapsModule, ModerationModule],
  controllers: [
    AdminInvitesController,
    AdminPeopleController,
    AdminReportsController,
    AdminSessionsController,
    BoardController,
    OpenApiController,
    OversightController,
    PurgeController,
    QueuesController,
  ],
  providers: [
    ActiveRecipients,
    AdminAccounts,
    AdminAudit,
    AdminLogIn,
    AdminSessions,
    BoardAdmission,
    OpenApiDocument,
    Overview,
    Passwords,
    PeopleDesk,
    ReportRoom,
    Transparency,
  ],
  exports: [AdminSessions],
})
export class AdminModule {}
