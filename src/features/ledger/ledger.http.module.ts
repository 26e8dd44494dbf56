import { Module, type OnModuleInit } from '@nestjs/common';
import { Hours } from '../../platform/ids/index.js';
import { ServerFacts } from '../../platform/http/index.js';
import { LogReadersGuard } from './http/log-readers.guard.js';
import { LogController } from './http/log.controller.js';
import { LogKeyArchive } from './log/log-key-archive.js';
import { LogKeyHistory } from './log/log-key-history.js';
import { LogReader } from './log/log-reader.js';

/** The log for readers. Needs LedgerModule, and whoever knows access tokens. */
@Module({ controllers: [LogController], providers: [LogKeyArchive, LogKeyHistory, LogReader, LogReadersGuard] })
export class LedgerHttpModule implements OnModuleInit {
  constructor(
    private readonly facts: ServerFacts,
    private readonly history: LogKeyHistory,
    private readonly hours: Hours,
  ) {}

  /** An auditor needs the keys, and how often the log publishes. */
  async onModuleInit(): Promise<void> {
    const logKeys = await this.history.read();
    this.facts.add({ capabilities: ['log'], logKeys, limits: { log_publish_seconds: this.hours.bucketMs / 1000 } });
  }
}
