import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { DatabaseClock } from './clock/index.js';
import { required, type Config } from './config/index.js';
import { MasterKeys } from './crypto/index.js';
import { createDataSource, Database } from './database/index.js';
import { InProcessHints, RedisHints, type Hints } from './hints/index.js';
import { Hours, Ids, Random } from './ids/index.js';
import { HourKeys, ObjectAccountTombstones, ObjectKeyVault, type AccountTombstones, type KeyVault } from './key-vault/index.js';
import { MemoryLimiter, RedisLimiter, type Limiter } from './limits/index.js';
import type { Logger, Metrics } from './observability/index.js';
import { BullJobQueue, PostgresBackend, RedisBackend, type QueueBackend } from './queue/index.js';
import { OwnedStore, type Erasables } from './erasure/index.js';
import { DiskReserve, type ObjectStore } from './storage/index.js';
import { openStores, type ServedFolder } from './stores.js';

/** Clocks drift by seconds a day; the database is asked again this often. */
const CLOCK_EVERY_MS = 5000;

/** PostgreSQL ends every statement after 30 s (`statement_timeout`); where not even that is heard, nobody is there any more. */
const DATABASE_ANSWER_MS = 35_000;

export interface PlatformOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly entities: readonly EntityTarget<ObjectLiteral>[];
  /** What may be kept: the stores take nothing else. */
  readonly erasables: Erasables;
  /** Multiplies the limits of limits.table.ts; load tests raise it. */
  readonly limitScale?: number;
}

/**
 * Everything below the features, opened in order and closed in reverse. Which adapter stands behind a port is decided here,
 * one by one, by what is configured, and nowhere else.
 */
export class Platform {
  readonly random = new Random();
  readonly ids = new Ids(this.random);
  #clockTimer?: NodeJS.Timeout;

  private constructor(
    readonly config: Config,
    readonly log: Logger,
    readonly metrics: Metrics,
    readonly hours: Hours,
    readonly masterKeys: MasterKeys,
    readonly database: Database,
    readonly clock: DatabaseClock,
    readonly store: ObjectStore,
    readonly vault: KeyVault,
    readonly tombstones: AccountTombstones,
    readonly hourKeys: HourKeys,
    readonly queueBackend: QueueBackend,
    readonly queue: BullJobQueue,
    readonly hints: Hints,
    readonly limiter: Limiter,
    readonly diskReserve: DiskReserve,
    readonly folder?: ServedFolder,
  ) {}

  /** @throws Error in words where a service cannot be used as it is configured */
  static async open({ config, log, metrics, entities, erasables, limitScale }: PlatformOptions): Promise<Platform> {
    const hours = new Hours({ bucketSeconds: config.BUCKET_SECONDS, ttlSeconds: config.SNAP_TTL_SECONDS });
    const masterKeys = new MasterKeys(required(config, 'MASTER_KEY'));
    const databaseUrl = required(config, 'DATABASE_URL');
    const dataSource = await createDataSource({ url: databaseUrl, entities, answerMs: DATABASE_ANSWER_MS }).initialize();
    const database = new Database(dataSource);
    const clock = new DatabaseClock(() => readDatabaseTime(database));
    await clock.sync();
    const stores = await openStores(config, clock, masterKeys);
    const store = new OwnedStore(stores.store, 'media', erasables);
    const vaultStore = new OwnedStore(stores.vaultStore, 'vault', erasables);
    const vault = new ObjectKeyVault(vaultStore, masterKeys.vaultKey(), new Random());
    const hourKeys = new HourKeys(vault, clock, hours, (message, details) => {
      metrics.keyVaultAlarms.inc();
      log.error(details, message);
    });
    const queueBackend = config.REDIS_URL ? new RedisBackend(config.REDIS_URL, log) : new PostgresBackend(databaseUrl, log);
    const queue = new BullJobQueue(queueBackend, clock, log, metrics);
    await queue.start();
    const hints = config.REDIS_URL ? new RedisHints(config.REDIS_URL, log, metrics) : new InProcessHints(log, metrics);
    const limiter = config.REDIS_URL
      ? new RedisLimiter(config.REDIS_URL, log, { scale: limitScale, hashKey: masterKeys.derive('limit keys v1') })
      : new MemoryLimiter({ scale: limitScale });
    const platform = new Platform(
      config,
      log,
      metrics,
      hours,
      masterKeys,
      database,
      clock,
      store,
      vault,
      new ObjectAccountTombstones(vaultStore),
      hourKeys,
      queueBackend,
      queue,
      hints,
      limiter,
      diskReserveOf(config, clock),
      'folder' in stores ? stores.folder : undefined,
    );
    platform.#followClock();
    metrics.onScrape(() => queue.measure());
    metrics.onScrape(() => platform.#readDisk(metrics));
    return platform;
  }

  /** Each part has its own connection, and they come back one by one. Rejects until all of them are there. */
  async checkRedis(): Promise<void> {
    await Promise.all([this.queueBackend.check(), this.limiter.check(), this.hints.check()]);
  }

  async close(): Promise<void> {
    clearInterval(this.#clockTimer);
    await this.hints.close();
    await this.queue.close();
    await this.queueBackend.close();
    await this.limiter.close();
    await this.database.dataSource.destroy();
  }

  async #readDisk({ diskFree, diskReserve }: Metrics): Promise<void> {
    const space = await this.diskReserve.space();
    if (!space) return;
    diskFree.set(space.freeBytes);
    diskReserve.set(this.diskReserve.bytesOf(space));
  }

  #followClock(): void {
    this.#clockTimer = setInterval(() => {
      this.clock
        .sync()
        .catch((error: unknown) => this.log.warn({ err: error }, "the database's time could not be read; the last reading is carried on"));
    }, CLOCK_EVERY_MS);
    this.#clockTimer.unref();
  }
}

async function readDatabaseTime(database: Database): Promise<number> {
  const [row] = await database.query<{ now: string }>('SELECT epoch_ms(flits_now()) AS now');
  return Number(row?.now);
}

/** Embedded services, which only role `all` may have, keep their data in FLITS_DATA; without any there is no such folder. */
function diskReserveOf({ ROLE, FLITS_DATA, DISK_RESERVE_BYTES }: Config, clock: DatabaseClock): DiskReserve {
  return new DiskReserve(ROLE === 'all' ? FLITS_DATA : undefined, clock, { reserveBytes: DISK_RESERVE_BYTES });
}
