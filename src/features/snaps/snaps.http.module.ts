import { Module, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { ServerFacts } from '../../platform/http/index.js';
import { ReceivedController } from './http/received.controller.js';
import { SendController } from './http/send.controller.js';
import { SentController } from './http/sent.controller.js';
import { StoriesController } from './http/stories.controller.js';
import { SnapsModule } from './snaps.module.js';
import { MAX_ALBUM, MAX_RECIPIENTS } from './snaps.settings.js';
import { leastTtlSeconds } from '../expiry/index.js';

@Module({ imports: [SnapsModule], controllers: [SendController, SentController, ReceivedController, StoriesController] })
export class SnapsHttpModule implements OnModuleInit {
  constructor(
    private readonly facts: ServerFacts,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const limits = {
      recipients: MAX_RECIPIENTS,
      album: MAX_ALBUM,
      ttl_seconds_min: leastTtlSeconds(this.config),
      ttl_seconds_max: this.config.SNAP_TTL_SECONDS,
    };
    this.facts.add({ capabilities: ['snaps', 'stories', 'albums', 'replies'], limits });
  }
}
