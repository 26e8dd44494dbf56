import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { Config } from '../platform/config/index.js';
import { Platform } from '../platform/platform.js';
import { PlatformModule } from '../platform/platform.module.js';
import { AllModule } from './all.module.js';
import { ApiModule } from './api.module.js';
import { GatewayModule } from './gateway.module.js';
import { WorkerModule } from './worker.module.js';

const roles: Record<Config['ROLE'], Type> = { api: ApiModule, gateway: GatewayModule, worker: WorkerModule, all: AllModule };

@Module({})
class RoleModule {}

/** A process is a list of modules: its role's, on the opened platform. */
export function moduleOf(platform: Platform): DynamicModule {
  return { module: RoleModule, imports: [PlatformModule.of(platform), roles[platform.config.ROLE]] };
}
