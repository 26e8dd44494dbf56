import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import type { Secret } from '../config/index.js';
import { SnakeNames } from './snake-names.js';

export interface DataSourceSettings {
  readonly url: Secret;
  readonly entities?: readonly EntityTarget<ObjectLiteral>[];
  /** Connections of this process; the database's own limit is shared by all. */
  readonly poolSize?: number;
}

export function createDataSource({ url, entities = [], poolSize = 16 }: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: url.reveal(),
    entities: entities as (() => void)[],
    migrations,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNames(),
    poolSize,
    applicationName: 'flits',
    connectTimeoutMS: 5000,
    extra: { statement_timeout: 30_000, idle_in_transaction_session_timeout: 30_000 },
  });
}
