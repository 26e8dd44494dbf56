import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { migrations } from '../../../migrations/index.js';
import type { Secret } from '../config/index.js';
import { SnakeNames } from './snake-names.js';

export interface DataSourceSettings {
  readonly url: Secret;
  readonly entities?: readonly EntityTarget<ObjectLiteral>[];
  /** Connections of this process; the database's own limit is shared by all. */
  readonly poolSize?: number;
  /** Server settings of its connections, beside or in place of the application's, as `name: value`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** After so long without an answer a connection is broken: its server, or the way there, is gone without a word. Default: never. */
  readonly answerMs?: number;
  /** Names of the migrations it knows. Default: all. */
  readonly onlyMigrations?: readonly string[];
}

export function createDataSource({
  url,
  entities = [],
  poolSize = 16,
  settings = {},
  answerMs,
  onlyMigrations,
}: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: url.reveal(),
    entities: entities as (() => void)[],
    migrations: onlyMigrations ? migrations.filter(({ name }) => onlyMigrations.includes(name)) : migrations,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNames(),
    poolSize,
    applicationName: 'flits',
    connectTimeoutMS: 5000,
    extra: {
      // Queries of one connection that do not wait for each other are sent together (Database.statement with a lock).
      pipeline: true,
      // With `pipeline` pg does not hand a connection on whose answer it no longer waits for.
      query_timeout: answerMs,
      // One plan a statement, made once. Left to itself PostgreSQL plans the hot statements anew at every call, because a plan
      // for known values looks cheaper than one that prunes its partitions when it runs; planning them takes 2–3.5 ms, running
      // them 0.2–0.5 (bench/README.md).
      options: Object.entries({
        statement_timeout: '30s',
        idle_in_transaction_session_timeout: '30s',
        plan_cache_mode: 'force_generic_plan',
        ...settings,
      })
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    },
  });
}
