import { Module } from '@nestjs/common';
import { ExpiryModule } from '../features/expiry/index.js';
import { FriendsHttpModule, FriendsModule } from '../features/friends/index.js';
import { GroupsHttpModule, GroupsModule } from '../features/groups/index.js';
import { LedgerHttpModule, LedgerModule } from '../features/ledger/index.js';
import { MediaHttpModule } from '../features/media/index.js';
import { ModerationHttpModule } from '../features/moderation/index.js';
import { NotificationsHttpModule } from '../features/notifications/index.js';
import { PeopleHttpModule, PeopleModule } from '../features/people/index.js';
import { LongPollModule } from '../features/realtime/index.js';
import { SnapsHttpModule } from '../features/snaps/index.js';
import { HttpModule } from '../platform/http/index.js';
import { events } from './events.js';

/** The HTTP API, all of it. With an S3 store, media bytes never come here. */
@Module({
  imports: [
    HttpModule,
    LedgerModule,
    LedgerHttpModule,
    events,
    ExpiryModule,
    PeopleModule,
    PeopleHttpModule,
    FriendsModule,
    FriendsHttpModule,
    GroupsModule,
    GroupsHttpModule,
    MediaHttpModule,
    SnapsHttpModule,
    ModerationHttpModule,
    NotificationsHttpModule,
    LongPollModule,
  ],
})
export class ApiModule {}
