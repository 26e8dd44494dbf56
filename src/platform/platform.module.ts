import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from './clock/index.js';
import { Config } from './config/index.js';
import { MasterKeys } from './crypto/index.js';
import { Database } from './database/index.js';
import { Hints } from './hints/index.js';
import { Hours, Ids, Random } from './ids/index.js';
import { AccountTombstones, HourKeys, KeyVault } from './key-vault/index.js';
import { Limiter } from './limits/index.js';
import { Log, Metrics } from './observability/index.js';
import { Platform } from './platform.js';
import { JobQueue, QueueDesk } from './queue/index.js';
import { DiskReserve, ObjectStore } from './storage/index.js';

/** Hands the opened platform to features, port by port: they never see an adapter. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const provided = [
      { provide: Platform, useValue: platform },
      { provide: AccountTombstones, useValue: platform.tombstones },
      { provide: Clock, useValue: platform.clock },
      { provide: Config, useValue: platform.config },
      { provide: Database, useValue: platform.database },
      { provide: DiskReserve, useValue: platform.diskReserve },
      { provide: Hints, useValue: platform.hints },
      { provide: HourKeys, useValue: platform.hourKeys },
      { provide: Hours, useValue: platform.hours },
      { provide: Ids, useValue: platform.ids },
      { provide: JobQueue, useValue: platform.queue },
      { provide: KeyVault, useValue: platform.vault },
      { provide: Limiter, useValue: platform.limiter },
      { provide: Log, useValue: platform.log },
      { provide: MasterKeys, useValue: platform.masterKeys },
      { provide: Metrics, useValue: platform.metrics },
      { provide: ObjectStore, useValue: platform.store },
      { provide: QueueDesk, useValue: platform.queue.desk },
      { provide: Random, useValue: platform.random },
    ];
    return { module: PlatformModule, providers: provided, exports: provided.map(({ provide }) => provide) };
  }
}
