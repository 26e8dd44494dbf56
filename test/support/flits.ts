import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Flits } from '../../src/app/flits.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { SweepTimer } from '../../src/features/expiry/sweep-timer.js';
import { LogTimer, Sequencer } from '../../src/features/ledger/index.js';
import { HourMaker, Sweeper } from '../../src/features/expiry/index.js';
import { JobHost } from '../../src/platform/queue/index.js';
import { freePort } from './free-port.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

/** Twelve hours of one hour each: enough to move about in, few enough to be made in a moment. */
const TTL_SECONDS = '43200';
const BUCKET_SECONDS = '3600';
const HOUR_MS = Number(BUCKET_SECONDS) * 1000;
/** An hour with less left than this is not one to begin in. */
const HOUR_END_MS = 10 * 60_000;

/** Environment of a Flits on a database, ports and folders of its own; on real Redis and S3 where the run has them. */
export async function testEnvironment(
  database: Pick<TestDatabase, 'appUrl' | 'ownerUrl'>,
  folder: string,
): Promise<Record<string, string>> {
  const environment: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    PORT: String(await freePort()),
    ADMIN_PORT: String(await freePort()),
    DATABASE_URL: database.appUrl.reveal(),
    DATABASE_OWNER_URL: database.ownerUrl.reveal(),
    FLITS_DATA: join(folder, 'data'),
    FLITS_VAULT: join(folder, 'vault'),
    SNAP_TTL_SECONDS: TTL_SECONDS,
    BUCKET_SECONDS,
    MIN_AGE: '0',
    // Other tenants of a test machine may fill its disk.
    DISK_RESERVE_BYTES: '0',
  };
  // A database for each of jest's workers: a job must not be taken by the worker of another suite, which has other rows.
  if (process.env.TEST_REDIS_URL) environment.REDIS_URL = `${process.env.TEST_REDIS_URL}/${process.env.JEST_WORKER_ID ?? '1'}`;
  if (process.env.TEST_S3_ENDPOINT) {
    const bucket = `e2e-${randomBytes(6).toString('hex')}`;
    environment.S3_ENDPOINT = process.env.TEST_S3_ENDPOINT;
    environment.S3_ACCESS_KEY_ID = process.env.TEST_S3_ACCESS_KEY_ID ?? '';
    environment.S3_SECRET_ACCESS_KEY = process.env.TEST_S3_SECRET_ACCESS_KEY ?? '';
    environment.S3_BUCKET = bucket;
    environment.S3_VAULT_BUCKET = `${bucket}-vault`;
  }
  return environment;
}

/** What a Flits stands on, and what is left when it has stopped. */
export interface TestPlace {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A whole Flits in this process, with what only tests may do to it: move time, stop the worker, look into the store. */
export class TestFlits {
  private constructor(
    readonly flits: Flits,
    readonly place: TestPlace,
    /** Seconds that the database's clock is off. */
    public shift = 0,
  ) {}

  /** @param limitScale multiplies the rate limits; 1 is what people get */
  static async start(overrides: Record<string, string> = {}, { limitScale = 1000 } = {}): Promise<TestFlits> {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'flits-e2e-'));
    return TestFlits.startOn(
      { database, folder, environment: { ...(await testEnvironment(database, folder)), ...overrides } },
      { limitScale },
    );
  }

  /** For tests in which two things must be of one hour: begins in the next hour where the present one is about to end. */
  static async startAwayFromHourEnd(): Promise<TestFlits> {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'flits-e2e-'));
    const left = HOUR_MS - (Date.now() % HOUR_MS);
    const shift = left < HOUR_END_MS ? Math.ceil(left / 1000) : 0;
    await shiftClock(database, shift);
    return TestFlits.startOn({ database, folder, environment: await testEnvironment(database, folder) }, { shift });
  }

  /** On what another one left, or on part of it. */
  static async startOn(place: TestPlace, { limitScale = 1000, shift = 0 } = {}): Promise<TestFlits> {
    const config = loadConfig(place.environment);
    const log = createLogger({ level: config.LOG_LEVEL });
    return new TestFlits(await Flits.start(config, { log, limitScale }), place, shift);
  }

  /** One that was started by hand. */
  static around(flits: Flits, place: TestPlace): TestFlits {
    return new TestFlits(flits, place);
  }

  get url(): string {
    return this.flits.config.PUBLIC_URL;
  }

  get platform(): Flits['platform'] {
    return this.flits.platform;
  }

  /** Sets the database's clock off by so much, and has the process learn it and make the hours that passing time has ready. */
  async shiftClock(seconds: number): Promise<void> {
    this.shift = seconds;
    await shiftClock(this.place.database, seconds);
    await this.platform.clock.sync();
    await this.flits.app.get(HourMaker, { strict: false }).ensureAhead();
  }

  /** No jobs, no sweeps, as if every worker were down. */
  async stopWorker(): Promise<void> {
    await this.flits.app.get(JobHost, { strict: false }).close();
    await this.flits.app.get(SweepTimer, { strict: false }).onApplicationShutdown();
    await this.flits.app.get(LogTimer, { strict: false }).onApplicationShutdown();
  }

  async sweep(): Promise<void> {
    const sweeper = this.flits.app.get(Sweeper, { strict: false });
    // One may be running that began before.
    await sweeper.idle();
    // Tasks run side by side: the second sees what the first one's left, such as the debt of a snap that fell due.
    await sweeper.sweep();
    await sweeper.sweep();
  }

  /** Gives every leaf written so far its place under a signed head: moves time past the log's next cut. */
  async publishLog(): Promise<void> {
    await this.shiftClock(this.shift + 2 * this.flits.config.BUCKET_SECONDS);
    await this.flits.app.get(Sequencer, { strict: false }).run();
  }

  /** Mortal objects: the log's own, `log/…`, are kept. */
  async objectNames(): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.platform.store.list('', { cursor });
      names.push(...page.names.filter((name) => !name.startsWith('log/')));
      cursor = page.next;
    } while (cursor);
    return names;
  }

  query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.platform.database.query<Row>(text, values);
  }

  asOwner(text: string): Promise<void> {
    return asOwner(this.place.database, text);
  }

  async stop(): Promise<void> {
    await this.flits.stop();
    await this.place.database.drop();
    await rm(this.place.folder, { recursive: true, force: true });
  }
}

async function shiftClock(database: TestDatabase, seconds: number): Promise<void> {
  await asOwner(
    database,
    `CREATE OR REPLACE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
     AS $$ SELECT clock_timestamp() + interval '${seconds} seconds' $$`,
  );
}

async function asOwner({ ownerUrl }: TestDatabase, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl.reveal() });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
