import { Module } from '@nestjs/common';
import { ExpiryModule } from '../features/expiry/index.js';
import { FriendsModule } from '../features/friends/index.js';
import { GroupsModule } from '../features/groups/index.js';
import { LedgerModule } from '../features/ledger/index.js';
import { ModerationModule } from '../features/moderation/index.js';
import { PeopleModule } from '../features/people/index.js';
import { RealtimeModule } from '../features/realtime/index.js';
import { HttpModule } from '../platform/http/index.js';
import { events } from './events.js';

/** Sockets, and the same event log by long-poll, which an api has as well: proxies send it here. */
@Module({
  imports: [HttpModule, LedgerModule, events, ExpiryModule, PeopleModule, FriendsModule, GroupsModule, ModerationModule, RealtimeModule],
})
export class GatewayModule {}
