import { Global, Module } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Database, isMigrated } from '../database/index.js';
import { KeyVault } from '../key-vault/index.js';
import { Log } from '../observability/index.js';
import { ObjectStore } from '../storage/index.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { IdempotencyModule } from './idempotency.module.js';
import { OpenApiDocument } from './openapi/openapi-document.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ServerController } from './server/server.controller.js';
import { ServerFacts } from './server/server-facts.js';

/** The routes that belong to no feature, and what features hang on them. Processes that serve the public port have it. */
@Global()
@Module({
  imports: [IdempotencyModule],
  controllers: [HealthController, OpenApiController, ServerController],
  providers: [
    OpenApiDocument,
    ServerFacts,
    { provide: Readiness, inject: [Clock, Log, Database, ObjectStore, KeyVault], useFactory: createReadiness },
  ],
  exports: [Readiness, ServerFacts],
})
export class HttpModule {}

/** The parts every process leans on; who brings another (Redis) registers it. */
function createReadiness(clock: Clock, log: Log, database: Database, store: ObjectStore, vault: KeyVault): Readiness {
  const readiness = new Readiness(clock, log);
  let migrated = false;
  readiness.register({ name: 'postgres', check: async () => void (await database.query('SELECT 1')) });
  readiness.register({
    name: 'migrations',
    check: async () => {
      migrated ||= await isMigrated(database.dataSource);
      if (!migrated) throw new Error('migrations have not run');
    },
  });
  readiness.register({ name: 'object_store', check: () => store.check() });
  readiness.register({ name: 'key_vault', check: () => vault.check() });
  return readiness;
}
