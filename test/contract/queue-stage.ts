import { Redis } from 'ioredis';
import { Client } from 'pg';
import { Secret } from '../../src/platform/config/index.js';
import type { Log } from '../../src/platform/observability/index.js';
import { migrateQueue, PostgresBackend, RedisBackend, type QueueBackend } from '../../src/platform/queue/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { recordedLog } from './recorded-log.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** One backend under the contract: made new for each test file, reached through a proxy that can fail. */
export interface Stage {
  readonly proxy: TcpProxy;
  readonly log: Log;
  /** Everything logged so far. */
  readonly logged: () => string;
  /** A process's connections: close it in the test. */
  open(): QueueBackend;
  /** The worst that happens to the store between two jobs: all of Redis emptied, every connection to PostgreSQL ended. */
  disaster(): Promise<void>;
  /** Text of everything the store holds of jobs. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

export const stages: [name: string, open: () => Promise<Stage>][] = [['PostgreSQL', openPostgresStage]];
if (process.env.TEST_REDIS_URL) stages.push(['Redis', openRedisStage]);

async function openPostgresStage(): Promise<Stage> {
  const database = await createTestDatabase();
  await migrateQueue(database.ownerUrl, roleOf(database.appUrl));
  const proxy = await TcpProxy.open(database.appUrl.reveal(), 5432);
  const owner = new Client(database.ownerUrl.reveal());
  await owner.connect();
  const admin = new Client(database.appUrl.reveal());
  await admin.connect();
  const { log, logged } = recordedLog();
  return {
    proxy,
    log,
    logged,
    open: () => new PostgresBackend(new Secret(proxy.url), log),
    disaster: async () => {
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`,
      );
    },
    dump: async () =>
      JSON.stringify((await owner.query('SELECT to_jsonb(job) FROM bullmq.job UNION ALL SELECT to_jsonb(event) FROM bullmq.event')).rows),
    close: async () => {
      await Promise.all([owner.end(), admin.end()]);
      await proxy.close();
      await database.drop();
    },
  };
}

export function roleOf(url: Secret): string {
  return decodeURIComponent(new URL(url.reveal()).username);
}

/** Every test file keeps to a database of its own within the server, so that emptying it harms no neighbour. */
const REDIS_DATABASE = 9;

async function openRedisStage(): Promise<Stage> {
  const direct = Object.assign(new URL(process.env.TEST_REDIS_URL ?? ''), { pathname: `/${REDIS_DATABASE}` }).href;
  const admin = new Redis(direct);
  await admin.flushdb();
  const proxy = await TcpProxy.open(direct, 6379);
  const { log, logged } = recordedLog();
  return {
    proxy,
    log,
    logged,
    open: () => new RedisBackend(new Secret(proxy.url), log),
    disaster: async () => void (await admin.flushdb()),
    dump: async () => {
      const read = async (key: string): Promise<unknown> => {
        const type = await admin.type(key);
        if (type === 'hash') return admin.hgetall(key);
        return type === 'stream' ? admin.xrange(key, '-', '+') : key;
      };
      return JSON.stringify(await Promise.all((await admin.keys('{flits}:*')).map(read)));
    },
    close: async () => {
      await admin.quit();
      await proxy.close();
    },
  };
}
