import { Module } from '@nestjs/common';
import { ApiModule } from './api.module.js';
import { GatewayModule } from './gateway.module.js';
import { WorkerModule } from './worker.module.js';

/** Everything in one process: the laptop's way, and the default. */
@Module({ imports: [ApiModule, GatewayModule, WorkerModule] })
export class AllModule {}
