import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { JobHost } from '../platform/queue/index.js';

/** Jobs run from when everything stands until shutdown begins. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(private readonly host: JobHost) {}

  onApplicationBootstrap(): Promise<void> {
    return this.host.start();
  }

  onModuleDestroy(): Promise<void> {
    this.host.stopping();
    return this.host.close();
  }
}
