import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../platform/config/index.js';
import { configureHttp, createHttpAdapter, Readiness } from '../platform/http/index.js';
import { isAhead, type Database } from '../platform/database/index.js';
import { checkErasables } from '../platform/erasure/index.js';
import { armCrashPoint, createLogger, Metrics, NestLogger, type Logger } from '../platform/observability/index.js';
import { Platform } from '../platform/platform.js';
import { checkDatabase } from '../platform/preflight.js';
import { FolderStoreRoutes } from '../platform/storage/index.js';
import { RealtimeAdapter } from '../features/realtime/index.js';
import { checkDeadManSwitch } from './dead-man-switch.js';
import { createAdminApp } from './admin-app.js';
import { awaitServices } from './await-services.js';
import { bringUpServices, type Services } from './services.js';
import { entities } from './entities.js';
import { erasables } from './erasables.js';
import { refuseUnfit } from './production-check.js';
import { moduleOf } from './roles.js';

export interface FlitsOptions {
  readonly log?: Logger;
  /** Multiplies the rate limits: load tests. */
  readonly limitScale?: number;
}

/** A running Flits: services, platform, application, in the order in which they came up. */
export class Flits {
  #stopping?: Promise<void>;

  private constructor(
    readonly config: Config,
    readonly log: Logger,
    readonly platform: Platform,
    readonly app: NestFastifyApplication,
    readonly admin: NestFastifyApplication,
    private readonly services: Services,
  ) {}

  /** @throws Error in words where something that is needed is not there; what was started until then is stopped */
  static async start(configured: Config, options: FlitsOptions = {}): Promise<Flits> {
    const log = options.log ?? createLogger({ level: configured.LOG_LEVEL, base: { role: configured.ROLE } });
    armCrashPoint(configured.CRASH_AT);
    const undo: (() => Promise<void>)[] = [];
    try {
      await awaitServices(configured, log);
      const services = await bringUpServices(configured, log);
      undo.push(() => services.stop());
      const { config } = services;
      await refuseUnfit(config, log);
      const metrics = new Metrics({ processMetrics: config.NODE_ENV !== 'test' });
      const platform = await Platform.open({ config, log, metrics, entities, erasables, limitScale: options.limitScale });
      undo.push(() => platform.close());
      await checkDatabase(platform.database, config);
      await checkOwned(platform.database, log);
      await checkDeadManSwitch(config, log);
      const app = await createApp(platform, log, metrics);
      undo.push(() => app.close());
      const admin = await createAdminApp(platform, log, metrics);
      undo.push(() => admin.close());
      await listen(admin, { variable: 'ADMIN_PORT', port: config.ADMIN_PORT, host: config.ADMIN_HOST });
      // What is there now may go away later without this process ceasing to be ready.
      await app.get(Readiness).report();
      // Last of all: whoever is told that it is ready finds everything there.
      await listen(app, { variable: 'PORT', port: config.PORT, host: config.HOST });
      return new Flits(config, log, platform, app, admin, services);
    } catch (error) {
      for (const step of undo.reverse()) await step().catch((err: unknown) => log.warn({ err }, 'a part did not stop cleanly'));
      throw error;
    }
  }

  /** Drains and stops everything, in reverse; safe to call again. @param noticeMs not ready, and all else as ever, for so long */
  stop({ noticeMs = 0 } = {}): Promise<void> {
    this.#stopping ??= this.#stop(noticeMs);
    return this.#stopping;
  }

  async #stop(noticeMs: number): Promise<void> {
    this.app.get(Readiness).leave();
    if (noticeMs > 0) await delay(noticeMs);
    await this.app.close();
    await this.admin.close();
    await this.platform.close();
    await this.services.stop();
  }
}

/** A newer release declares what it added to the schema; this code runs on that and says nothing of it. */
async function checkOwned(database: Database, log: Logger): Promise<void> {
  if (await isAhead(database.dataSource)) log.info('the database is of a newer release, which says how what it added is erased');
  else await checkErasables(database, erasables);
}

async function createApp(platform: Platform, log: Logger, metrics: Metrics): Promise<NestFastifyApplication> {
  const { config } = platform;
  const adapter = createHttpAdapter(config, log, metrics);
  if (platform.folder) {
    new FolderStoreRoutes(platform.folder.store, platform.folder.urls, { allowedOrigins: config.ALLOWED_ORIGINS }).register(
      adapter.getInstance(),
    );
  }
  const app = await NestFactory.create<NestFastifyApplication>(moduleOf(platform), adapter, {
    bodyParser: false,
    logger: new NestLogger(log),
    abortOnError: false,
  });
  app.useWebSocketAdapter(new RealtimeAdapter(app));
  configureHttp(app);
  if (platform.config.REDIS_URL) {
    app.get(Readiness).register({ name: 'redis', check: () => platform.checkRedis(), isSpeedUp: true });
  }
  return app;
}

async function listen(
  app: NestFastifyApplication,
  { variable, port, host }: { variable: string; port: number; host: string },
): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} is taken (${variable}). Stop what listens there, or choose another one: ${variable}=${port + 10} npm start`,
      { cause: error },
    );
  }
}
