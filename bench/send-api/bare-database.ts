import pg from 'pg';
import { entities } from '../../src/app/entities.js';
import { erasables } from '../../src/app/erasables.js';
import { bringUpServices } from '../../src/app/services.js';
import { HourMaker } from '../../src/features/expiry/index.js';
import { createDataSource } from '../../src/platform/database/index.js';
import type { Hours } from '../../src/platform/ids/index.js';
import { createLogger, Metrics } from '../../src/platform/observability/index.js';
import { Platform } from '../../src/platform/platform.js';
import { benchConfig } from '../support/bench-config.js';
import type { Scratch } from '../support/scratch.js';
import { makeCrowd, type Crowd } from './crowd.js';

export interface BareDatabase {
  readonly pool: pg.Pool;
  readonly crowd: Crowd;
  readonly hours: Hours;
}

/**
 * The same embedded PostgreSQL, schema, hours and people as the subject's, and nothing but a pool on it.
 * @param connections of the pool; the application has 16
 */
export async function openBareDatabase(scratch: Scratch, connections: number): Promise<BareDatabase> {
  const log = createLogger({ level: 'warn' });
  const services = await bringUpServices(benchConfig(await scratch.folder()), log);
  scratch.keep(services, (running) => running.stop());
  const { config } = services;
  const platform = await Platform.open({ config, log, metrics: new Metrics(), entities, erasables });
  const { database, vault, clock, hours, queue } = platform;
  await new HourMaker(database, vault, clock, hours, queue).ensureAhead();
  await platform.close();
  const url = config.DATABASE_URL!;
  // Connected as the application connects: settings of the session are part of what a statement costs.
  const { extra } = createDataSource({ url }).options as { extra?: pg.PoolConfig };
  const pool = new pg.Pool({ ...extra, connectionString: url.reveal(), max: connections });
  // `end` resolves before the last connections are closed; PostgreSQL then tells them so.
  pool.on('error', () => undefined);
  scratch.keep(pool, (open) => open.end());
  const crowd = await makeCrowd((text, values) => pool.query(text, [...values]));
  return { pool, crowd, hours };
}
