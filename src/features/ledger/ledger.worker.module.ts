import { Global, Module } from '@nestjs/common';
import { LogArchive } from './log/log-archive.js';
import { LogGauges } from './log/log-gauges.js';
import { LogTimer } from './log/log-timer.js';
import { Sequencer } from './log/sequencer.js';

/** What workers do for the log: they publish it. The sweep of features/expiry runs the sequencer too. */
@Global()
@Module({ providers: [LogArchive, LogGauges, LogTimer, Sequencer], exports: [LogTimer, Sequencer] })
export class LedgerWorkerModule {}
