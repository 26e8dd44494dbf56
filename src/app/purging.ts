import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AdminWorkerModule } from '../features/admin/index.js';
import { ExpiryModule, ExpiryPurgeModule, HourCloser, Sweeper } from '../features/expiry/index.js';
import { FriendsModule } from '../features/friends/index.js';
import { GroupsModule } from '../features/groups/index.js';
import { LedgerModule } from '../features/ledger/index.js';
import { ModerationWorkerModule } from '../features/moderation/index.js';
import { PeopleModule, PeopleWorkerModule } from '../features/people/index.js';
import { SnapsWorkerModule } from '../features/snaps/index.js';
import type { Config } from '../platform/config/index.js';
import { Metrics, type Logger } from '../platform/observability/index.js';
import { Platform } from '../platform/platform.js';
import { PlatformModule } from '../platform/platform.module.js';
import { checkDatabase } from '../platform/preflight.js';
import { entities } from './entities.js';
import { erasables } from './erasables.js';
import { events } from './events.js';

/** What a worker erases with, and neither its jobs nor its clocks. */
@Module({
  imports: [
    LedgerModule,
    events,
    ExpiryModule,
    ExpiryPurgeModule,
    PeopleModule,
    PeopleWorkerModule,
    FriendsModule,
    GroupsModule,
    SnapsWorkerModule,
    ModerationWorkerModule,
    AdminWorkerModule,
  ],
})
class PurgingModule {
  static on(platform: Platform): DynamicModule {
    return { module: PurgingModule, imports: [PlatformModule.of(platform)] };
  }
}

/** The worker's own path of erasing, for one command. */
export interface Purging {
  readonly platform: Platform;
  readonly closer: HourCloser;
  readonly sweeper: Sweeper;
}

/** @param config with every gap filled; services run */
export async function withPurging<T>(config: Config, log: Logger, work: (purging: Purging) => Promise<T>): Promise<T> {
  const platform = await Platform.open({ config, log, metrics: new Metrics({ processMetrics: false }), entities, erasables });
  try {
    await checkDatabase(platform.database, config);
    const context = await NestFactory.createApplicationContext(PurgingModule.on(platform), { logger: false, abortOnError: false });
    try {
      return await work({ platform, closer: context.get(HourCloser), sweeper: context.get(Sweeper) });
    } finally {
      await context.close();
    }
  } finally {
    await platform.close();
  }
}
