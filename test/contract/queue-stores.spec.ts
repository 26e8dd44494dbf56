import { Client, Pool } from 'pg';
import { Secret } from '../../src/platform/config/index.js';
import { Metrics, type Log } from '../../src/platform/observability/index.js';
import {
  BullJobQueue,
  JobHost,
  migrateQueue,
  PostgresBackend,
  queues,
  RedisBackend,
  type JobHandler,
} from '../../src/platform/queue/index.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { roleOf } from './queue-stage.js';
import { until } from './recorded-log.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** What only one of the two stores has to show. */

const log = { warn: () => undefined, info: () => undefined, debug: () => undefined, error: () => undefined } as unknown as Log;

describe('queues in PostgreSQL', () => {
  let database: TestDatabase;
  let app: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    await Promise.all([1, 2, 3].map(() => migrateQueue(database.ownerUrl, roleOf(database.appUrl))));
    app = new Client(database.appUrl.reveal());
    await app.connect();
  });
  afterAll(async () => {
    await app.end();
    await database.drop();
  });

  it("R34: the application's role is no superuser, can make nothing in the schema and not touch its ledger", async () => {
    const { rows } = await app.query(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, has_schema_privilege('bullmq', 'CREATE') AS can_make, has_database_privilege(current_database(), 'CREATE') AS can_make_schemas
       FROM pg_roles WHERE rolname = current_user`,
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, can_make: false, can_make_schemas: false }]);
    await expect(app.query('DELETE FROM bullmq.migration')).rejects.toMatchObject({ code: '42501' });
    await expect(app.query('DROP TABLE bullmq.job')).rejects.toMatchObject({ code: '42501' });
  });

  it('what the owner adds later is open to the application too', async () => {
    const owner = new Client(database.ownerUrl.reveal());
    await owner.connect();
    await owner.query('CREATE TABLE bullmq.later (id int)');
    await owner.end();
    await expect(app.query('INSERT INTO bullmq.later VALUES (1)')).resolves.toMatchObject({ rowCount: 1 });
  });

  it('a process stays within eleven connections while it works, one of which listens for each queue', async () => {
    const backend = new PostgresBackend(database.appUrl, log);
    const metrics = new Metrics();
    const queue = new BullJobQueue(backend, { now: () => Date.now(), date: () => new Date() }, log, metrics);
    await queue.start();
    const names = Object.values(queues).flatMap((settings) => settings.jobs);
    const watcher = new Pool({ connectionString: database.ownerUrl.reveal(), max: 2 });
    let most = 0;
    let handled = 0;
    const handlers = names.map((name): JobHandler => ({
      name,
      handle: async () => {
        const { rows } = await watcher.query<{ count: number }>(
          "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND application_name <> '' AND usename = $1",
          [roleOf(database.appUrl)],
        );
        most = Math.max(most, rows[0]?.count ?? 0);
        handled += 1;
      },
    }));
    const host = new JobHost(backend, handlers, log, metrics);
    await host.start();
    await Promise.all(Array.from({ length: 100 }, (_, label) => queue.add('hour.close', { label })));
    await until(() => (handled >= 100 ? true : undefined));
    await host.close();
    await queue.close();
    await backend.close();
    await watcher.end();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(11);
  });

  it('says in words that the migrations have not been run', async () => {
    const owner = new Client(database.ownerUrl.reveal());
    await owner.connect();
    await owner.query('ALTER SCHEMA bullmq RENAME TO elsewhere');
    const backend = new PostgresBackend(database.appUrl, log);
    await expect(backend.check()).rejects.toThrow('run the migrations');
    await owner.query('ALTER SCHEMA elsewhere RENAME TO bullmq');
    await owner.query(`REVOKE USAGE ON SCHEMA bullmq FROM ${roleOf(database.appUrl)}`);
    await expect(backend.check()).rejects.toThrow("may not use the queues' schema");
    await backend.close();
    await owner.end();
  });
});

(process.env.TEST_REDIS_URL ? describe : describe.skip)('queues in Redis', () => {
  it('refuses a Redis that may throw jobs away', async () => {
    const proxy = await TcpProxy.open(process.env.TEST_REDIS_URL ?? '', 6379);
    const backend = new RedisBackend(new Secret(proxy.url), log);
    await expect(backend.check()).resolves.toBeUndefined();
    // Said by the proxy: the server belongs to other suites too.
    proxy.rewrite = (answer) =>
      Buffer.from(answer.toString('latin1').replace('maxmemory_policy:noeviction', 'maxmemory_policy:allkeys-xx'), 'latin1');
    await expect(backend.check()).rejects.toThrow(
      'maxmemory-policy allkeys-xx, which may throw away waiting jobs: set maxmemory-policy to noeviction',
    );
    await backend.close();
    await proxy.close();
  });
});
