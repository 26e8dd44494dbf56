import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../../platform/http/index.js';
import { AccountPurge } from './account-purge.js';
import { PurgeAccountHandler } from './jobs/purge-account.handler.js';
import { PeopleSweeps } from './people.sweeps.js';

/** What workers do for people's rows. Needs PeopleModule and ExpiryWorkerModule. */
@Module({ imports: [IdempotencyModule], providers: [AccountPurge, PeopleSweeps, PurgeAccountHandler], exports: [PurgeAccountHandler] })
export class PeopleWorkerModule {}
