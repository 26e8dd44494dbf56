import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AdminModule, configureAdmin, installBoard } from '../features/admin/index.js';
import { ExpiryModule } from '../features/expiry/index.js';
import { GroupsModule } from '../features/groups/index.js';
import { LedgerModule } from '../features/ledger/index.js';
import { NotificationsModule } from '../features/notifications/index.js';
import { PeopleModule } from '../features/people/index.js';
import { createHttpAdapter } from '../platform/http/index.js';
import { NestLogger, type Logger, type Metrics } from '../platform/observability/index.js';
import type { Platform } from '../platform/platform.js';
import { PlatformModule } from '../platform/platform.module.js';
import { events } from './events.js';

@Module({})
class AdminAppModule {
  static of(platform: Platform): DynamicModule {
    return {
      module: AdminAppModule,
      imports: [
        PlatformModule.of(platform),
        LedgerModule,
        events,
        ExpiryModule,
        PeopleModule,
        GroupsModule,
        NotificationsModule,
        AdminModule,
      ],
    };
  }
}

/**
 * The admin port, loopback by default: an application of its own on the same platform, in every process. Nothing of the public
 * port is here, and nothing of this one there. Without TLS: who reaches it from elsewhere brings a tunnel.
 */
export async function createAdminApp(platform: Platform, log: Logger, metrics: Metrics): Promise<NestFastifyApplication> {
  const adapter = createHttpAdapter(Object.assign({}, platform.config, { TLS_CERT: undefined, TLS_KEY: undefined }), log, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(AdminAppModule.of(platform), adapter, {
    bodyParser: false,
    logger: new NestLogger(log),
    abortOnError: false,
  });
  configureAdmin(app);
  await installBoard(app, platform.queue.bullQueues());
  return app;
}
