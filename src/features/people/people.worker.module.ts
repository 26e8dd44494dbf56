import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../../platform/http/index.js';
import { PeopleSweeps } from './people.sweeps.js';

/** What workers do for people's rows. Needs PeopleModule and ExpiryWorkerModule. */
@Module({ imports: [IdempotencyModule], providers: [PeopleSweeps] })
export class PeopleWorkerModule {}
