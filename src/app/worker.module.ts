import { Module } from '@nestjs/common';
import { AdminWorkerModule } from '../features/admin/index.js';
import { CloseHourHandler, ExpiryModule, ExpiryWorkerModule, SettleErasureHandler } from '../features/expiry/index.js';
import { GroupsModule } from '../features/groups/index.js';
import { FriendsModule, FriendsWorkerModule } from '../features/friends/index.js';
import { LedgerModule, LedgerWorkerModule } from '../features/ledger/index.js';
import {
  MediaWorkerModule,
  ProcessClipHandler,
  ProcessHeifHandler,
  ProcessPhotoHandler,
  ProcessVoiceHandler,
} from '../features/media/worker.js';
import { ModerationWorkerModule } from '../features/moderation/index.js';
import { NotificationsWorkerModule, WakeDeviceHandler } from '../features/notifications/index.js';
import { PeopleModule, PeopleWorkerModule, PurgeAccountHandler } from '../features/people/index.js';
import { SnapsWorkerModule, SpreadStoryHandler } from '../features/snaps/index.js';
import { HttpModule } from '../platform/http/index.js';
import { Log, Metrics } from '../platform/observability/index.js';
import { Platform } from '../platform/platform.js';
import { JobHost, type JobHandler } from '../platform/queue/index.js';
import { events } from './events.js';
import { JobRunner } from './job-runner.js';

/** Jobs and sweeps; of HTTP only health. A job name without a handler here, or with two, stops the process at its start. */
@Module({
  imports: [
    HttpModule,
    LedgerModule,
    LedgerWorkerModule,
    events,
    ExpiryModule,
    ExpiryWorkerModule,
    PeopleModule,
    PeopleWorkerModule,
    FriendsModule,
    GroupsModule,
    FriendsWorkerModule,
    MediaWorkerModule,
    SnapsWorkerModule,
    ModerationWorkerModule,
    NotificationsWorkerModule,
    AdminWorkerModule,
  ],
  providers: [
    JobRunner,
    {
      provide: JobHost,
      inject: [
        Platform,
        Log,
        Metrics,
        CloseHourHandler,
        SettleErasureHandler,
        PurgeAccountHandler,
        ProcessPhotoHandler,
        ProcessHeifHandler,
        ProcessClipHandler,
        ProcessVoiceHandler,
        SpreadStoryHandler,
        WakeDeviceHandler,
      ],
      useFactory: (platform: Platform, log: Log, metrics: Metrics, ...handlers: JobHandler[]) =>
        new JobHost(platform.queueBackend, handlers, log, metrics),
    },
  ],
})
export class WorkerModule {}
