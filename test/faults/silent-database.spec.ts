import { performance } from 'node:perf_hooks';
import { Person } from '../support/person.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { TestFlits } from '../support/flits.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

/** What PostgreSQL may take for a statement, and a little more. */
const ANSWERED_MS = 45_000;
/** More than there are connections. */
const REQUESTS = 24;

/** With the services' suites alone: it takes as long as a connection is waited for. */
(process.env.TEST_SERVICES ? describe : describe.skip)('a database that falls silent', () => {
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

  const ask = async () => (await person.request('GET', '/v1/devices')).status;
  const many = () => Promise.all(Array.from({ length: REQUESTS }, ask));

  it('everybody is answered, and once another one has its place all goes on: no connection is waited on for ever', async () => {
    await many(); // So that every connection stands.
    proxy.strand();
    const began = performance.now();
    const statuses = await many();
    expect(performance.now() - began).toBeLessThan(ANSWERED_MS);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses).toContain(503);
    await until('the database again', async () => (await many()).every((status) => status === 200), ANSWERED_MS);
  });
});
