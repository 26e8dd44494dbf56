import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { grow, join as joinNodes, leafHash } from '../../src/features/ledger/tree/index.js';
import { testEnvironment } from '../support/flits.js';
import { FlitsProcess } from '../support/flits-process.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

/** Nobody sends anything: the leaves are those of the hours that end, one every few seconds. */
// Processes by the dozen: where there is time for it.
(process.env.TEST_SERVICES ? describe : describe.skip)('kill -9 while the log is published', () => {
  let database: TestDatabase;
  let folder: string;
  let flits: FlitsProcess;
  let owner: pg.Client;

  beforeAll(() => FlitsProcess.build());
  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'flits-log-crash-'));
    flits = new FlitsProcess({ ...(await testEnvironment(database, folder)), SNAP_TTL_SECONDS: '216', BUCKET_SECONDS: '3' });
    owner = new pg.Client({ connectionString: database.ownerUrl.reveal() });
    await owner.connect();
  });
  afterEach(async () => {
    await flits.kill();
    await owner.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const leaves = async () =>
    (await owner.query<{ leaf: string }>('SELECT leaf FROM log_leaves ORDER BY position')).rows.map(({ leaf }) => leaf);
  const heads = async () =>
    (await owner.query<{ size: string; note: string }>('SELECT size, note FROM log_checkpoints WHERE size > 0 ORDER BY size')).rows.map(
      ({ size, note }) => ({
        size: Number(size),
        root: note.split('\n')[2],
      }),
    );
  const rootOf = (of: readonly string[]) => joinNodes(grow(0, [], of.map(leafHash)).edge).toString('base64');

  it.each([
    ['after_log_assigned', 0],
    ['after_log_written', 1],
  ])('%s: the same positions get the same leaves, and no head was signed before they were stored', async (point, stored) => {
    // It may well die before it is ready.
    expect(await flits.startAndCrash(point)).toBe('SIGKILL');
    const assigned = await leaves();
    expect(assigned.length).toBeGreaterThan(0);
    expect(await heads()).toEqual([]);
    if (!process.env.TEST_S3_ENDPOINT) {
      const objects = join(folder, 'data/store/objects/log/leaves');
      const names = await readdir(objects).catch(() => []);
      expect(names).toHaveLength(stored);
      for (const name of names) expect((await readFile(join(objects, name), 'utf8')).split('\n').slice(5, -1)).toEqual(assigned);
    }
    await flits.start();
    await until('heads after the restart', async () => (await heads()).length >= 2, 60_000);
    const [all, signed] = [await leaves(), await heads()];
    expect(all.slice(0, assigned.length)).toEqual(assigned);
    expect(signed[0]?.size).toBe(assigned.length);
    for (const { size, root } of signed) expect(root).toBe(rootOf(all.slice(0, size)));
    expect(new Set(all).size).toBe(all.length);
  });
});
