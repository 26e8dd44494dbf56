import { Global, Module } from '@nestjs/common';
import { MasterKeys } from '../crypto/index.js';
import { Database } from '../database/index.js';
import { Idempotency } from './idempotency.js';

@Global()
@Module({
  providers: [
    {
      provide: Idempotency,
      inject: [Database, MasterKeys],
      useFactory: (database: Database, keys: MasterKeys) => new Idempotency(database, keys),
    },
  ],
  exports: [Idempotency],
})
export class IdempotencyModule {}
