import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';

describe('how snaps end between people', () => {
  let flits: TestFlits;

  beforeEach(async () => {
    flits = await TestFlits.start();
  });
  afterEach(() => flits.stop());

  async function annaWith(...names: string[]): Promise<[Person, ...Person[]]> {
    const anna = await Person.signUp(flits.url);
    const friends = await Promise.all(names.map(() => Person.signUp(flits.url)));
    for (const friend of friends) await anna.befriend(friend);
    return [anna, ...friends];
  }
  const once = { view: { mode: 'once' } };

  it('ending a friendship after an unsend brings nothing back to life', async () => {
    const [anna, ben, cem] = await annaWith('ben', 'cem');
    const snap = await anna.sendText('x', [ben!, cem!], once);
    await ben!.open(snap.id);
    await anna.request('DELETE', `/v1/snaps/${snap.id}`);
    await anna.request('DELETE', `/v1/friends/${cem!.id}`);
    expect(await flits.query('SELECT state, due_at FROM mortal.snaps WHERE id = $1', [snap.id])).toEqual([
      { state: 'erased', due_at: null },
    ]);
    await flits.shiftClock(3600);
    await flits.sweep(); // ends, and soon
  });

  it('R9: an ex-friend cannot open again what may be opened until it expires', async () => {
    const [anna, ben] = await annaWith('ben');
    const snap = await anna.sendText('stays', [ben!]);
    expect((await ben!.open(snap.id)).status).toBe(200);
    await ben!.request('DELETE', `/v1/friends/${anna.id}`);
    expect((await ben!.open(snap.id)).status).toBe(404);
    expect(await ben!.inbox()).toEqual([]);
  });

  it('a snap that failed is told to its sender alone, also when it is taken back', async () => {
    const [anna, ben] = await annaWith('ben');
    const phone = await SocketClient.identified(flits.url, ben!.session.access_token, 0);
    const upload = await anna.put(Buffer.from('no photo at all, this'));
    const snap = (await anna.send({ upload_id: upload }, [ben!])).body;
    await anna.nextEvent('snap.failed');
    expect((await anna.request('DELETE', `/v1/snaps/${snap.id}`)).status).toBe(200);
    const marker = await anna.sendText('after', [ben!]);
    await phone.event('snap.received', ({ data }) => (data as { snap_id: string }).snap_id === marker.id);
    expect(phone.frames.filter((frame) => frame.op === 'event').map(({ type }) => type)).not.toContain('snap.withdrawn');
    await phone.close();
  });

  it('a snap whose upload is ready only after its deadline is never shown, and its sender is told', async () => {
    const [anna, ben] = await annaWith('ben');
    await flits.stopWorker();
    const snap = (await anna.send({ upload_id: await anna.put(await samplePhoto()), ttl_seconds: 60 }, [ben!])).body;
    await flits.shiftClock(61);
    await flits.sweep();
    expect((await anna.nextEvent('snap.failed')).data.snap_id).toBe(snap.id);
    expect(await ben!.inbox()).toEqual([]);
  });

  it('a snap that still waits when its hour is about to end is given up while its sender can be told', async () => {
    // Short enough for one access token.
    const short = await TestFlits.start({ SNAP_TTL_SECONDS: '600', BUCKET_SECONDS: '60' });
    try {
      const [anna, ben] = await Person.friends(short.url);
      await short.stopWorker();
      const snap = (await anna.send({ upload_id: await anna.put(await samplePhoto()) }, [ben])).body;
      expect(Date.parse(snap.expires_at) % 60_000).toBe(0); // its hour ends with it
      // Events as old as a life may be are gone by then: a phone goes on from what it has.
      const { head } = (await anna.request<{ head: number }>('GET', '/v1/inbox')).body;
      const secondsBefore = (seconds: number) => short.shiftClock((Date.parse(snap.expires_at) - Date.now()) / 1000 - seconds);
      await secondsBefore(120);
      await short.sweep();
      expect((await anna.request('GET', `/v1/snaps/${snap.id}`)).body.state).toBe('accepted');
      await secondsBefore(50);
      await short.sweep();
      expect((await anna.nextEvent('snap.failed', head)).data.snap_id).toBe(snap.id);
      expect((await anna.request('GET', `/v1/snaps/${snap.id}`)).body.code).toBe('snap_erased');
      expect(await ben.inbox()).toEqual([]);
    } finally {
      await short.stop();
    }
  });
});
