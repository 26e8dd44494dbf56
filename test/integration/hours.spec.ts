import { HourCloser, HourMaker } from '../../src/features/expiry/index.js';
import { ObjectStoreError } from '../../src/platform/storage/index.js';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

describe('hours', () => {
  let flits: TestFlits;

  beforeEach(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await flits.stop();
  });

  const closer = () => flits.flits.app.get(HourCloser, { strict: false });
  const state = async (label: number) =>
    (await flits.query<{ state: string }>('SELECT state FROM hours WHERE label = $1', [label]))[0]?.state;
  const hourLeaves = async (label: number) =>
    (await flits.query('SELECT 1 FROM ledger_outbox WHERE leaf LIKE $1', [`HOUR v1 | ${label} |%`])).length;
  const tablesOf = async (label: number) =>
    (
      await flits.query('SELECT 1 FROM pg_class WHERE relname = ANY ($1)', [
        ['snaps', 'deliveries', 'uploads'].map((table) => `${table}_${label}`),
      ])
    ).length;

  async function firstLabel(): Promise<number> {
    const [row] = await flits.query<{ label: string }>('SELECT min(label) AS label FROM hours');
    return Number(row?.label);
  }

  async function passHour(label: number): Promise<void> {
    await flits.shiftClock(Math.ceil((label - Date.now()) / 1000) + 1);
  }

  it('are made ahead with their keys, once, by any number of makers, and fewer than 100 at a time', async () => {
    const { clock, database, hours, queue, vault } = flits.platform;
    await Promise.all(Array.from({ length: 4 }, () => new HourMaker(database, vault, clock, hours, queue).ensureAhead()));
    const [{ n }] = (await flits.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'mortal.snaps'::regclass`,
    )) as [{ n: number }];
    expect(n).toBeLessThanOrEqual(100);
    const made = (await flits.query<{ label: string }>('SELECT label FROM hours ORDER BY label')).map(({ label }) => Number(label));
    expect(made).toHaveLength(n);
    expect(await flits.platform.vault.labels()).toEqual(made);
  });

  it('close once, whoever comes: five closers, one HOUR leaf', async () => {
    const label = await firstLabel();
    await passHour(label);
    await Promise.allSettled(Array.from({ length: 5 }, () => closer().close(label)));
    await closer().closeDue();
    expect(await state(label)).toBe('closed');
    expect(await hourLeaves(label)).toBe(1);
    expect(await tablesOf(label)).toBe(0);
    expect(await flits.platform.vault.read(label)).toBeUndefined();
  });

  it('are not closed before their time, whatever a worker believes', async () => {
    const label = await firstLabel();
    await closer().close(label);
    expect(await state(label)).toBe('alive');
    await expect(flits.query('SELECT detach_hour($1)', [label])).rejects.toMatchObject({ code: '23514' });
    await expect(flits.query('SELECT drop_hour($1)', [label])).rejects.toMatchObject({ code: '23514' });
  });

  it('with the store away: key and rows go on time, the leaf waits for the bytes', async () => {
    const label = await firstLabel();
    const { store } = flits.platform;
    await store.put(`ab/${label}/${'0'.repeat(32)}`, Buffer.from('ciphertext'), { contentType: 'application/octet-stream' });
    await passHour(label);
    const away = jest.spyOn(store, 'list').mockRejectedValue(new ObjectStoreError('list', 'TimeoutError'));
    await closer().closeDue();
    expect(await state(label)).toBe('dropped');
    expect([await hourLeaves(label), await tablesOf(label), await flits.platform.vault.read(label)]).toEqual([0, 0, undefined]);
    away.mockRestore();
    await closer().closeDue();
    expect([await state(label), await hourLeaves(label)]).toEqual(['closed', 1]);
    expect(await flits.objectNames()).toEqual([]);
  });

  it('"access denied" is never "gone"', async () => {
    const label = await firstLabel();
    const { store } = flits.platform;
    const name = `ab/${label}/${'1'.repeat(32)}`;
    await store.put(name, Buffer.from('ciphertext'), { contentType: 'application/octet-stream' });
    await passHour(label);
    const denied = jest
      .spyOn(store, 'deleteMany')
      .mockImplementation((names) => Promise.resolve(names.map((each) => ({ name: each, deleted: false, reason: 'AccessDenied' }))));
    await closer().closeDue();
    expect([await state(label), await hourLeaves(label)]).toEqual(['dropped', 0]);
    denied.mockRestore();
    await closer().closeDue();
    expect([await state(label), await hourLeaves(label)]).toEqual(['closed', 1]);
  });

  it('partitions go although somebody holds them open for a while', async () => {
    const label = await firstLabel();
    await passHour(label);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const reading = flits.platform.database.transaction(async (tx) => {
      await tx.query('SELECT count(*) FROM mortal.snaps');
      await held;
    });
    const closing = closer().close(label);
    await until(
      'a waiting DETACH',
      async () =>
        (await flits.query(`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT detach_hour%' AND wait_event_type = 'Lock'`)).length >
        0,
    );
    release();
    await Promise.all([reading, closing]);
    expect(await state(label)).toBe('closed');
  });

  it('catch up after a day without workers: every hour once, whoever comes, and nothing is left', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    await anna.put(await samplePhoto());
    await anna.sendText('x', [ben]);
    await flits.shiftClock(86_400);
    const over = (await flits.query<{ label: string }>('SELECT label FROM hours WHERE label <= epoch_ms(flits_now())')).length;
    expect(over).toBeGreaterThan(12);
    await Promise.all([closer().closeDue(), closer().closeDue()]);
    expect(await flits.query(`SELECT 1 FROM hours WHERE label <= epoch_ms(flits_now()) AND state <> 'closed'`)).toEqual([]);
    expect(await flits.query(`SELECT 1 FROM ledger_outbox WHERE leaf LIKE 'HOUR%'`)).toHaveLength(over);
    expect(await flits.objectNames()).toEqual([]);
    const now = flits.platform.clock.now();
    expect((await flits.platform.vault.labels()).filter((label) => label <= now)).toEqual([]);
  });

  it('R34: the application’s role may neither drop partitions nor change the log', async () => {
    const label = await firstLabel();
    for (const forbidden of [
      `DROP TABLE mortal.snaps_${label}`,
      `ALTER TABLE mortal.snaps DETACH PARTITION mortal.snaps_${label}`,
      `TRUNCATE mortal.snaps`,
      `UPDATE ledger_outbox SET leaf = ''`,
      `DELETE FROM ledger_outbox`,
      `TRUNCATE ledger_outbox`,
      `CREATE OR REPLACE FUNCTION flits_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
      `UPDATE settings SET value = '1'`,
    ]) {
      await expect(flits.query(forbidden)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('bytes of an hour that its rows forgot are found by its label', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const put = await anna.put(await samplePhoto());
    expect(put).toBeTruthy();
    const note = await anna.sendText('x', [ben]);
    const label = Date.parse(note.expires_at);
    expect(await flits.objectNames()).toHaveLength(1);
    await flits.asOwner('DELETE FROM mortal.uploads');
    await passHour(label);
    await closer().closeDue();
    expect(await flits.objectNames()).toEqual([]);
  });
});
