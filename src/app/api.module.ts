import { Module } from '@nestjs/common';
import { EventsModule } from '../features/events/index.js';
import { ExpiryModule } from '../features/expiry/index.js';
import { FriendsModule } from '../features/friends/index.js';
import { LedgerModule } from '../features/ledger/index.js';
import { MediaModule } from '../features/media/index.js';
import { PeopleModule } from '../features/people/index.js';
import { SnapsApiModule } from '../features/snaps/index.js';
import { HttpModule } from '../platform/http/index.js';

/** The HTTP API. Media bytes never come here. */
@Module({ imports: [HttpModule, LedgerModule, EventsModule, ExpiryModule, PeopleModule, FriendsModule, MediaModule, SnapsApiModule] })
export class ApiModule {}
