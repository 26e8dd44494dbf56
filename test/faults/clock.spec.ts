import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testEnvironment } from '../support/flits.js';
import { FlitsProcess } from '../support/flits-process.js';
import { Person } from '../support/person.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

const MINUTE = 60;
const DAY = 86_400;
/** Two processes each: part of `npm run test:services`. */
const withServices = process.env.TEST_SERVICES ? describe : describe.skip;

withServices('a node whose clock is off', () => {
  let database: TestDatabase;
  let folder: string;
  let flits: FlitsProcess;
  let owner: pg.Client;

  beforeAll(() => FlitsProcess.build());
  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'flits-clock-'));
    owner = new pg.Client({ connectionString: database.ownerUrl.reveal() });
    await owner.connect();
  });
  afterEach(async () => {
    await flits.kill();
    await owner.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const count = async (what: string): Promise<number> =>
    Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${what}`)).rows[0]?.n);
  const shiftTo = (time: number) =>
    owner.query(
      `CREATE OR REPLACE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
       AS $$ SELECT clock_timestamp() + interval '${Math.ceil((time - Date.now()) / 1000)} seconds' $$`,
    );

  it.each([
    ['five minutes ahead', 5 * MINUTE],
    ['five minutes behind', -5 * MINUTE],
    ['a day ahead', DAY],
    ['a day behind', -DAY],
  ])('%s: nothing is over early, nothing is read late, and the hour ends by the database’s time', async (_, off) => {
    flits = new FlitsProcess({
      ...(await testEnvironment(database, folder)),
      CLOCK_OFF_SECONDS: String(off),
      NODE_OPTIONS: `--require=${join(__dirname, '../support/clock-off.cjs')}`,
    });
    await flits.start();
    const [anna, ben] = await Person.friends(flits.url);
    const photo = await anna.send({ upload_id: await anna.upload(await samplePhoto()), caption: 'in time' }, [ben]);
    const over = Date.parse(photo.body.expires_at);
    expect(over - Date.now()).toBeGreaterThan(10 * 3_600_000);
    expect(over - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
    // Links are dated by the database's time: one that is a day off would be refused, or live for a day.
    const opened = await ben.open(photo.body.id);
    expect(opened.body.caption).toBe('in time');
    expect((await ben.view(opened.body)).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
    expect(await count(`hours WHERE state <> 'alive' AND label > epoch_ms(flits_now())`)).toBe(0);

    const note = await anna.sendText('until its hour ends', [ben]);
    await shiftTo(over - 30_000);
    expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toContain(note.id);
    await shiftTo(over + 1000);
    expect((await ben.open(note.id)).status).toBe(410);
    expect(await ben.inbox()).toEqual([]);
    await until('a closed hour', async () => (await count(`hours WHERE label = ${over} AND state = 'closed'`)) === 1, 60_000);
    expect(await count(`ledger_outbox WHERE leaf LIKE 'HOUR v1 | ${over} |%'`)).toBe(1);
  });
});
