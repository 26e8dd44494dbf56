import { createHash } from 'node:crypto';
import pg from 'pg';
import { entities } from '../../src/app/entities.js';
import { erasables } from '../../src/app/erasables.js';
import { bringUpServices } from '../../src/app/services.js';
import { EventLog, PayloadSources } from '../../src/features/events/index.js';
import { EventPayloads } from '../../src/features/events/event-payloads.js';
import { Erasures, HourCloser, HourEnder, HourMaker, LostHours, Sweeper } from '../../src/features/expiry/index.js';
import { ErasureSettler } from '../../src/features/expiry/erasure-settler.js';
import { SweepTurns } from '../../src/features/expiry/sweep-turns.js';
import { ObjectEraser } from '../../src/features/expiry/object-eraser.js';
import { Ledger } from '../../src/features/ledger/index.js';
import { SnapsEraser } from '../../src/features/snaps/snaps.eraser.js';
import { SnapsUpkeep } from '../../src/features/snaps/snaps-upkeep.js';
import { createLogger, Metrics } from '../../src/platform/observability/index.js';
import { Platform } from '../../src/platform/platform.js';
import { evict } from './evict.js';
import { benchConfig } from '../support/bench-config.js';
import { startPostgres } from '../support/postgres.js';
import type { Scratch } from '../support/scratch.js';
import { CostMeter } from './cost.js';
import { MarkedDatabase } from './marked-database.js';

/** The real parts that end an hour, on a real, durable PostgreSQL with every living hour made; no timers, no other traffic. */
export interface Stage {
  readonly database: MarkedDatabase;
  readonly meter: CostMeter;
  readonly closer: HourCloser;
  readonly platform: Platform;
  /** The owner of the tables, one connection: fills, VACUUM, WAL positions. */
  readonly owner: pg.Client;
  /**
   * As after three days: dirty pages are written out (so that the first change of a page goes whole into the WAL), and the
   * files of the database have left the system's cache, which is full of younger hours. BENCH_CACHED=1 leaves them in it.
   */
  growOld(): Promise<void>;
  /** An hour that is over, with its key and its empty partitions. @returns its label */
  makePastHour(): Promise<number>;
}

export async function setStage(scratch: Scratch): Promise<Stage> {
  // What autovacuum would do to rows of three days ago is done by hand, before anything is measured.
  const postgres = await startPostgres(scratch, { autovacuum: 'off', max_wal_size: '4GB', checkpoint_timeout: '1h' });
  const urls = await postgres.createDatabase('purge');
  const log = createLogger({ level: 'warn' });
  const folder = await scratch.folder();
  const configured = benchConfig(folder, { DATABASE_URL: urls.appUrl.reveal(), DATABASE_OWNER_URL: urls.ownerUrl.reveal() });
  const { config } = await bringUpServices(configured, log);
  const metrics = new Metrics();
  const platform = scratch.keep(await Platform.open({ config, log, metrics, entities, erasables }), (opened) => opened.close());
  const { vault, hourKeys, clock, hours, queue, store, hints, ids } = platform;
  const superuser = await connect(scratch, postgres.superUrl.reveal());
  const meter = new CostMeter(superuser);
  const database = new MarkedDatabase(platform.database.dataSource, meter);

  const eraser = new ObjectEraser(store, hours, metrics, log);
  const ledger = new Ledger();
  const settler = new ErasureSettler(database, eraser, ledger, clock, hours, metrics, log);
  const ender = new HourEnder(database, vault, hourKeys, log);
  const closer = new HourCloser(database, ender, eraser, settler, ledger, metrics, log);
  const events = new EventLog(database, hints, new EventPayloads(database, new PayloadSources([])), clock, hours);
  const sweeper = new Sweeper(log, metrics, new SweepTurns(database));
  const lost = new LostHours(database, vault, clock, sweeper, metrics, log);
  new SnapsUpkeep(database, new SnapsEraser(new Erasures(ids, queue, clock), events, hours), sweeper, ender, lost, log).onModuleInit();
  await new HourMaker(database, vault, clock, hours, queue).ensureAhead();

  const owner = await connect(scratch, urls.ownerUrl.reveal());
  const files = await databaseFolder(superuser, 'purge');
  let past = hours.floor(clock.now());
  return {
    database,
    meter,
    closer,
    platform,
    owner,
    async growOld() {
      await superuser.query('CHECKPOINT');
      if (process.env.BENCH_CACHED !== '1') await evict(files);
    },
    async makePastHour() {
      past -= hours.bucketMs;
      const key = await vault.createOrRead(past);
      await database.query('SELECT make_hours($1::bigint[], $2::bytea[])', [[past], [createHash('sha256').update(key).digest()]]);
      return past;
    },
  };
}

async function databaseFolder(superuser: pg.Client, name: string): Promise<string> {
  const { rows } = await superuser.query<{ folder: string }>(
    `SELECT current_setting('data_directory') || '/base/' || oid AS folder FROM pg_database WHERE datname = $1`,
    [name],
  );
  return rows[0]!.folder;
}

async function connect(scratch: Scratch, connectionString: string): Promise<pg.Client> {
  const client = scratch.keep(new pg.Client({ connectionString }), (open) => open.end());
  await client.connect();
  return client;
}
