import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { AccessTokens } from '../../src/features/people/access-tokens.js';
import { Secret, type Config } from '../../src/platform/config/index.js';
import { MasterKeys } from '../../src/platform/crypto/index.js';
import { testEnvironment } from './flits.js';
import { FlitsProcess } from './flits-process.js';
import { freePort } from './free-port.js';
import { OwnPostgres } from './own-postgres.js';
import { OwnRedis } from './own-redis.js';
import { TcpProxy } from './tcp-proxy.js';

const ENTRY = join(__dirname, 'flits-node.mjs');

/**
 * Flits as it runs in earnest: two processes of each role on a PostgreSQL and a Redis of its own and the S3 server of the run
 * (`npm run test:services`), every one of which may be killed, and a hop before each gateway that may be made a bad network.
 */
export class Cluster {
  readonly #tokens: AccessTokens;

  private constructor(
    readonly postgres: OwnPostgres,
    readonly redis: OwnRedis,
    readonly apis: readonly FlitsProcess[],
    readonly gateways: readonly FlitsProcess[],
    readonly workers: readonly FlitsProcess[],
    /** One before each gateway. */
    readonly proxies: readonly TcpProxy[],
    readonly rows: pg.Pool,
    private readonly folder: string,
    environment: Readonly<Record<string, string>>,
  ) {
    const clock = { now: () => Date.now(), date: () => new Date() };
    const keys = new MasterKeys(new Secret(environment.MASTER_KEY!));
    this.#tokens = new AccessTokens(clock, { PUBLIC_URL: environment.PUBLIC_URL } as Config, keys);
  }

  static async start(overrides: Record<string, string> = {}, count = 2): Promise<Cluster> {
    FlitsProcess.build();
    const [postgres, redis, folder] = await Promise.all([OwnPostgres.start(), OwnRedis.start(), mkdtemp(join(tmpdir(), 'flits-cluster-'))]);
    const environment = {
      ...(await testEnvironment(postgres, folder)),
      REDIS_URL: redis.url,
      PUBLIC_URL: 'http://flits.test',
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_SIGNING_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'error',
      ...overrides,
    };
    const one = async (ROLE: string): Promise<FlitsProcess> => {
      const [PORT, ADMIN_PORT] = await Promise.all([freePort(), freePort()]);
      return new FlitsProcess({ ...environment, ROLE, PORT: String(PORT), ADMIN_PORT: String(ADMIN_PORT) }, ENTRY);
    };
    const several = (role: string) => Promise.all(Array.from({ length: count }, () => one(role)));
    const [apis, gateways, workers] = await Promise.all([several('api'), several('gateway'), several('worker')]);
    const proxies = await Promise.all(gateways.map(({ url }) => TcpProxy.open(url, 80)));
    const rows = new pg.Pool({ connectionString: postgres.ownerUrl.reveal(), max: 2 });
    rows.on('error', () => undefined); // killed with its server; the next query connects anew
    const cluster = new Cluster(postgres, redis, apis, gateways, workers, proxies, rows, folder, environment);
    try {
      // The first makes buckets and hours; the others find them.
      await apis[0]!.start();
      await Promise.all(cluster.processes.filter((process) => process !== apis[0]).map((process) => process.start()));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get processes(): readonly FlitsProcess[] {
    return [...this.apis, ...this.gateways, ...this.workers];
  }

  /** As if that device had just signed in. */
  tokenOf(personId: string, deviceId: string): string {
    return this.#tokens.issue({ personId, deviceId });
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    await this.rows.end();
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
