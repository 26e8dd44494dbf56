import { Module, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { ServerFacts } from '../../platform/http/index.js';
import { ReceivedController } from './http/received.controller.js';
import { SnapsController } from './http/snaps.controller.js';
import { SnapsModule } from './snaps.module.js';
import { leastTtlSeconds } from '../expiry/index.js';

@Module({ imports: [SnapsModule], controllers: [SnapsController, ReceivedController] })
export class SnapsHttpModule implements OnModuleInit {
  constructor(
    private readonly facts: ServerFacts,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const limits = { ttl_seconds_min: leastTtlSeconds(this.config), ttl_seconds_max: this.config.SNAP_TTL_SECONDS };
    this.facts.add({ capabilities: ['snaps'], limits });
  }
}
