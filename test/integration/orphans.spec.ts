import { randomBytes } from 'node:crypto';
import { objectName } from '../../src/features/expiry/index.js';
import { OrphanSweep } from '../../src/features/media/orphan-sweep.js';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

describe('R28: orphans', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let label: number;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
    const [row] = await flits.query<{ label: string }>(
      'SELECT max(label) AS label FROM hours WHERE label < (SELECT max(label) FROM hours)',
    );
    label = Number(row?.label);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => flits.stop());

  const pass = () => flits.flits.app.get(OrphanSweep, { strict: false }).pass();
  const counted = async (direction: string) =>
    (await flits.platform.metrics.orphans.get()).values.find(({ labels }) => labels.direction === direction)?.value ?? 0;
  const stray = async (ofHour: number, incoming = false) => {
    const name = objectName(ofHour, flits.platform.random, { incoming });
    await flits.platform.store.put(name, randomBytes(8), { contentType: 'text/plain' });
    return name;
  };
  const send = async () => (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben])).body.id;
  const objectOf = async (snapId: string) =>
    (await flits.query<{ name: string }>('SELECT object_name AS name FROM mortal.uploads WHERE snap_id = $1', [snapId]))[0]!.name;

  it('objects that no row knows go, of living hours and of closed ones; what is known and what is not ours stays', async () => {
    const id = await send();
    const ticket = await anna.put(await samplePhoto());
    const known = await until('an object of each', async () => {
      const names = await flits.objectNames();
      return names.length === 2 && names; // What was PUT of the first goes a moment after it was ready.
    });
    await stray(label);
    await stray(label, true);
    await stray(label - 400 * 3_600_000);
    await flits.platform.store.put('log/leaves/9999999999999999', Buffer.from('kept'), { contentType: 'text/plain' });
    await pass();
    expect(await flits.objectNames()).toEqual(known);
    expect((await flits.platform.store.list('log/')).names).toContain('log/leaves/9999999999999999');
    expect(await counted('object')).toBe(3);
    expect((await ben.open(id)).status).toBe(200);
    expect(ticket).toBeTruthy();
  });

  it('an object whose row was erased before it came goes', async () => {
    const id = await send();
    const name = await objectOf(id);
    await anna.request('DELETE', `/v1/snaps/${id}`);
    await flits.sweep();
    await flits.platform.store.put(name, randomBytes(8), { contentType: 'text/plain' });
    await pass();
    expect(await flits.platform.store.head(name)).toBeUndefined();
  });

  it('a row whose object is missing is lost: 410, its sender is told, ERASE says so', async () => {
    const id = await send();
    const { body: before } = await anna.request<{ next_after: number }>('GET', '/v1/events?after=0');
    await flits.platform.store.deleteMany([await objectOf(id)]);
    await pass();
    expect(await ben.open(id)).toMatchObject({ status: 410, body: { code: 'snap_lost' } });
    expect((await anna.nextEvent('snap.failed', before.next_after)).data).toMatchObject({ snap_id: id });
    await flits.sweep();
    expect(await flits.query(`SELECT 1 FROM ledger_outbox WHERE leaf LIKE 'ERASE%| lost |%'`)).toHaveLength(1);
    expect(await counted('row')).toBe(1);
  });

  it('where nearly everything is missing it is another bucket: an alarm, and nothing is given up', async () => {
    const id = await send();
    const row = `jsonb_build_object('id', overlay(u.id::text placing lpad(n::text, 12, '0') from 25), 'snap_id', NULL, 'object_name', u.object_name || n)`;
    await flits.query(
      `INSERT INTO mortal.uploads SELECT (jsonb_populate_record(u, ${row})).* FROM mortal.uploads u, generate_series(1, 12) AS n WHERE u.snap_id = $1`,
      [id],
    );
    jest.spyOn(flits.platform.store, 'list').mockResolvedValue({ names: [] });
    jest.spyOn(flits.platform.store, 'head').mockResolvedValue(undefined);
    await pass();
    jest.restoreAllMocks();
    expect(await counted('row')).toBe(1);
    expect((await ben.open(id)).status).toBe(200);
  });

  it('one worker at a time has the turn, twice an hour', async () => {
    const passes = jest
      .spyOn(OrphanSweep.prototype, 'pass')
      .mockResolvedValue({ objects_known: 0, objects_removed: 0, objects_kept: 0, rows_missing: 0, rows_lost: 0 });
    await flits.sweep();
    expect(passes).not.toHaveBeenCalled();
    await flits.shiftClock(31 * 60);
    await flits.sweep();
    await flits.sweep();
    expect(passes).toHaveBeenCalledTimes(1);
  });
});
