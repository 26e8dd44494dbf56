import { Global, Module } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { Hours } from '../../platform/ids/index.js';
import { Ledger } from './ledger.js';
import { LogTables } from './log/log-tables.js';
import { LogKey } from './log-key.js';
import { logKeyOf } from './log-key-of.js';
import { Receipts } from './receipts.js';

@Global()
@Module({
  providers: [
    Ledger,
    LogTables,
    { provide: LogKey, inject: [Config], useFactory: logKeyOf },
    { provide: Receipts, inject: [LogKey, Hours], useFactory: (key: LogKey, hours: Hours) => new Receipts(key, hours) },
  ],
  exports: [Ledger, LogKey, LogTables, Receipts],
})
export class LedgerModule {}
