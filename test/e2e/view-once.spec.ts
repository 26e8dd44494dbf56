import { randomUUID } from 'node:crypto';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';

describe('view-once', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());
  afterEach(() => flits.shiftClock(0));

  const once = (more: object = {}) => anna.sendText('look', [ben], { view: { mode: 'once', ...more } });

  /** Once as well: the default of a photo. */
  const photo = async (from: Person, to: Person) => (await from.send({ upload_id: await from.upload(await samplePhoto()) }, [to])).body;
  const mediaOf = async (snapId: string, who: Person) => (await who.request('POST', `/v1/snaps/${snapId}/media`)).status;

  it('R3: fifty parallel opens, one grant', async () => {
    const { id } = await once();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ben.open(id)));
    const granted = answers.filter(({ status }) => status === 200);
    expect(granted).toHaveLength(1);
    expect(granted[0]?.body.text).toBe('look');
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(Array(49).fill([410, 'snap_already_opened']));
  });

  it('R10: a second device of the same person cannot reopen it', async () => {
    const phone = await ben.onAnotherDevice();
    const { id } = await once();
    const key = randomUUID();
    expect((await ben.open(id, key)).status).toBe(200);
    expect((await phone.open(id, key)).status).toBe(410);
  });

  it('the same device with the same key takes its view up again, until it closes', async () => {
    const { id } = await once();
    const key = randomUUID();
    const first = await ben.open(id, key);
    const again = await ben.open(id, key);
    expect(again.status).toBe(200);
    expect(again.body.text).toBe('look');
    expect(again.body.franking_tag).toBe(first.body.franking_tag);
    expect((await ben.request('POST', `/v1/snaps/${id}/close`)).status).toBe(204);
    expect((await ben.open(id, key)).status).toBe(410);
  });

  it('the lease ends by the database clock', async () => {
    const { id } = await once();
    const key = randomUUID();
    const { body } = await ben.open(id, key);
    expect(body.view.lease_seconds_left).toBeCloseTo(600, 0);
    await flits.shiftClock(601);
    expect((await ben.open(id, key)).body.code).toBe('snap_already_opened');
  });

  it('one replay where the sender allows it, and none after five more minutes', async () => {
    const { id } = await once({ replays: 1 });
    expect((await ben.open(id)).body.view.replays_left).toBe(1);
    await ben.request('POST', `/v1/snaps/${id}/close`);
    expect((await ben.open(id)).status).toBe(410);
    const replayed = await ben.open(id, randomUUID(), { replay: true });
    expect(replayed.status).toBe(200);
    expect(replayed.body.view.replays_left).toBe(0);
    expect((await ben.open(id, randomUUID(), { replay: true })).status).toBe(410);

    const { id: other } = await once({ replays: 1 });
    await ben.open(other);
    await ben.request('POST', `/v1/snaps/${other}/close`);
    await flits.shiftClock(301);
    expect((await ben.open(other, randomUUID(), { replay: true })).status).toBe(410);
  });

  it('a replay lapses five minutes after the lease at the latest: a close that comes late brings none back', async () => {
    const cem = await Person.signUp(flits.url);
    await anna.befriend(cem);
    // One who has not looked keeps the snap alive.
    const { id } = await anna.sendText('look', [ben, cem], { view: { mode: 'once', replays: 1 } });
    await ben.open(id);
    await flits.shiftClock(600 + 301);
    expect((await ben.open(id, randomUUID(), { replay: true })).body.code).toBe('snap_already_opened');
    expect((await ben.request('POST', `/v1/snaps/${id}/close`)).status).toBe(204);
    expect((await ben.open(id, randomUUID(), { replay: true })).body.code).toBe('snap_already_opened');
    expect((await ben.request('POST', `/v1/snaps/${id}/media`)).body.code).toBe('snap_already_opened');
  });

  it('until_expiry opens as often as one likes, on any own device', async () => {
    const { id } = await anna.sendText('stays', [ben]);
    const phone = await ben.onAnotherDevice();
    for (const who of [ben, ben, phone]) expect((await who.open(id)).body.text).toBe('stays');
  });

  it('R9: the relation is asked at the moment of the call, also where nothing ended the delivery', async () => {
    const [dora, eli] = await Person.friends(flits.url);
    const { id } = await photo(dora, eli);
    expect(await mediaOf(id, eli)).toBe(200);
    await flits.query('DELETE FROM friendships WHERE person_id = $1 OR friend_id = $1', [dora.id]);
    expect((await eli.open(id)).status).toBe(404);
    expect(await mediaOf(id, eli)).toBe(404);
    expect(await eli.inbox()).toEqual([]);
    expect((await eli.events()).map(({ type }) => type)).not.toContain('snap.received'); // R50
  });

  it('R6: a link is for its recipient, and stays away from the sender and from strangers', async () => {
    const { id } = await photo(anna, ben);
    const stranger = await Person.signUp(flits.url);
    expect(await mediaOf(id, ben)).toBe(200);
    for (const who of [anna, stranger]) {
      expect((await who.open(id)).status).toBe(404);
      expect(await mediaOf(id, who)).toBe(404);
    }
  });

  it('gone early: closed by everyone it was sent to', async () => {
    const { id, receipt } = await once();
    await ben.open(id);
    await ben.request('POST', `/v1/snaps/${id}/close`);
    expect((await anna.request('GET', `/v1/snaps/${id}`)).body.code).toBe('snap_erased');
    const [row] = await flits.query<{ words: null; words_key: null; state: string }>(
      'SELECT words, words_key, state FROM mortal.snaps WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ words: null, words_key: null, state: 'erased' });
    await flits.sweep();
    const leaves = await flits.query<{ leaf: string }>(`SELECT leaf FROM ledger_outbox WHERE leaf LIKE '%' || $1 || '%' ORDER BY id`, [
      receipt?.commitment,
    ]);
    expect(leaves.map(({ leaf }) => leaf.split(' ')[0])).toEqual(['ACCEPT', 'ERASE']);
    expect(leaves[1]?.leaf).toContain('| opened |');
  });
});
