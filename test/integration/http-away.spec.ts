import { performance } from 'node:perf_hooks';
import { awaitServices } from '../../src/app/await-services.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/observability/index.js';
import { freePort } from '../support/free-port.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

describe('while the database is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let flits: TestFlits;
  let person: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await TcpProxy.open(database.appUrl.reveal(), 5432);
    flits = await TestFlits.start({ DATABASE_URL: proxy.url, DATABASE_OWNER_URL: database.ownerUrl.reveal() });
    person = await Person.signUp(flits.url);
  });
  afterAll(async () => {
    proxy.heal();
    await flits.stop();
    await proxy.close();
    await database.drop();
  });

  it('requests are 503 with Retry-After and say nothing of what; it all comes back by itself', async () => {
    expect((await call(flits.url, 'GET', '/readyz')).status).toBe(200);
    proxy.cut();
    const refused = await person.request('GET', '/v1/devices');
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.stringify(refused.body)).not.toMatch(/postgres|ECONN|127\.0\.0\.1|SELECT/i);

    const unready = await until('readyz to notice', async () => {
      const answer = await call<{ parts?: Record<string, string> }>(flits.url, 'GET', '/readyz');
      return answer.status === 503 && answer;
    });
    expect(unready.body.parts).toMatchObject({ postgres: 'away', object_store: 'up', key_vault: 'up' });
    expect((await call(flits.url, 'GET', '/livez')).status).toBe(200);

    proxy.heal();
    await until('the database again', async () => (await person.request('GET', '/v1/devices')).status === 200);
    await until('readyz again', async () => (await call(flits.url, 'GET', '/readyz')).status === 200);
  });

  it('a process that starts meanwhile waits for it', async () => {
    const empty = await createTestDatabase();
    const way = await TcpProxy.open(empty.appUrl.reveal(), 5432);
    way.cut();
    const starting = TestFlits.start({ DATABASE_URL: way.url, DATABASE_OWNER_URL: empty.ownerUrl.reveal() });
    await until('a start that asks again', () => way.refused > 1);
    way.heal();
    const started = await starting;
    expect((await call(started.url, 'GET', '/readyz')).status).toBe(200);
    await started.stop();
    await way.close();
    await empty.drop();
  });

  it('one that is not there in time is named, with the variable that leads to it', async () => {
    const config = loadConfig({ ...flits.place.environment, DATABASE_URL: `postgres://a:hidden@127.0.0.1:${await freePort()}/x` });
    const waiting = awaitServices(config, createLogger({ level: 'silent' }), 50);
    await expect(waiting).rejects.toThrow(
      /^PostgreSQL \(DATABASE_URL\) did not answer within 0\.05 s\. Start it, or correct DATABASE_URL\.$/,
    );
  });

  it('R41: nobody is let in on a list of ended sessions that is more than five seconds old', async () => {
    proxy.cut();
    const since = performance.now();
    // A route that needs the database for nothing but the session: an empty body is refused after the token was read.
    const probe = () => person.request('POST', '/v1/sessions/reauth', { body: {} });
    expect((await probe()).status).toBe(422);
    await until('503 for a list grown old', async () => (await probe()).status === 503);
    expect(performance.now() - since).toBeLessThan(8000);
    proxy.heal();
    await until('the list again', async () => (await probe()).status === 422);
  });
});
