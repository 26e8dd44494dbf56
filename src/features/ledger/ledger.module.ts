import { Global, Module } from '@nestjs/common';
import { Config, required } from '../../platform/config/index.js';
import { Hours } from '../../platform/ids/index.js';
import { Ledger } from './ledger.js';
import { LogTables } from './log/log-tables.js';
import { LogKey } from './log-key.js';
import { Receipts } from './receipts.js';

@Global()
@Module({
  providers: [
    Ledger,
    LogTables,
    {
      provide: LogKey,
      inject: [Config],
      useFactory: (config: Config) => new LogKey(required(config, 'LOG_SIGNING_KEY'), `${new URL(config.PUBLIC_URL).host}/log`),
    },
    { provide: Receipts, inject: [LogKey, Hours], useFactory: (key: LogKey, hours: Hours) => new Receipts(key, hours) },
  ],
  exports: [Ledger, LogKey, LogTables, Receipts],
})
export class LedgerModule {}
