import { required, type Config } from '../platform/config/index.js';
import { MasterKeys } from '../platform/crypto/index.js';
import { createDataSource, Database } from '../platform/database/index.js';
import { reachDatabase } from './reach.js';

export interface Reached {
  readonly config: Config;
  readonly database: Database;
  readonly keys: MasterKeys;
}

/** What a command does with the database as the application has it, beside a running server or alone. */
export async function withDatabase<T>(environment: NodeJS.ProcessEnv, work: (reached: Reached) => Promise<T>): Promise<T> {
  const services = await reachDatabase(environment);
  const { config } = services;
  const source = createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 });
  try {
    const database = new Database(await source.initialize());
    return await work({ config, database, keys: new MasterKeys(required(config, 'MASTER_KEY')) });
  } finally {
    if (source.isInitialized) await source.destroy();
    await services.stop();
  }
}
