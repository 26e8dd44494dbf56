import { randomBytes, randomUUID } from 'node:crypto';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

interface Detail {
  readonly code?: string;
  readonly deliveries: readonly { user_id: string; state: string; opened_at?: string }[];
}

describe('view rules', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  beforeEach(async () => {
    [anna, ben] = await Person.friends(flits.url);
  });
  afterEach(() => flits.shiftClock(0));
  afterAll(() => flits.stop());

  const patch = async (person: Person, change: object) => {
    const answer = await person.request('PATCH', '/v1/me', { body: change });
    expect(answer.status).toBe(200);
  };
  const delivery = async (snapId: string) => (await anna.request<Detail>('GET', `/v1/snaps/${snapId}`)).body.deliveries[0];
  const others = new WeakMap<Person, Promise<Person>>();
  /** What is told of a snap, as another device of theirs hears it. */
  const told = async (person: Person, snapId: string) => {
    if (!others.has(person)) others.set(person, person.onAnotherDevice());
    const other = await others.get(person)!;
    return (await other.events()).filter(({ data }) => data.snap_id === snapId).map(({ type }) => type);
  };
  const once = (more: object = {}, to = ben) => anna.sendText('look', [to], { view: { mode: 'once', ...more } });

  describe('what the sender sees', () => {
    it('accepted, delivered without a time, opened, replayed, screenshot', async () => {
      const { id } = await once({ replays: 1 });
      expect(await delivery(id)).toEqual({ user_id: ben.id, state: 'accepted' });
      await ben.acknowledge((await ben.events()).at(-1)?.seq ?? 0);
      await until('delivered', async () => (await delivery(id))?.state === 'delivered');
      expect(await delivery(id)).toEqual({ user_id: ben.id, state: 'delivered' });
      await ben.open(id);
      expect(await delivery(id)).toEqual({ user_id: ben.id, state: 'opened', opened_at: expect.any(String) as string });
      await ben.request('POST', `/v1/snaps/${id}/close`);
      await ben.open(id, randomUUID(), { replay: true });
      expect((await delivery(id))?.state).toBe('replayed');
      expect((await ben.request('POST', `/v1/snaps/${id}/screenshot`)).status).toBe(204);
      expect((await delivery(id))?.state).toBe('screenshot');
      expect(await told(anna, id)).toEqual(['snap.sent', 'snap.delivered', 'snap.opened', 'snap.replayed', 'snap.screenshot']);
      expect(await told(ben, id)).toEqual(['snap.received', 'snap.opened', 'snap.replayed']);
    });

    it('a screenshot is told once, of what was opened, also when it has gone meanwhile', async () => {
      const { id } = await once();
      expect((await ben.request('POST', `/v1/snaps/${id}/screenshot`)).status).toBe(204);
      expect(await delivery(id)).toEqual({ user_id: ben.id, state: 'accepted' });
      await ben.open(id);
      await ben.request('POST', `/v1/snaps/${id}/close`); // erased: everybody has seen it
      await Promise.all([1, 2, 3].map(() => ben.request('POST', `/v1/snaps/${id}/screenshot`)));
      expect((await told(anna, id)).filter((type) => type === 'snap.screenshot')).toHaveLength(1);
      expect((await anna.request('POST', `/v1/snaps/${id}/screenshot`)).status).toBe(404);
    });

    it('unsend says who had seen it, and closes the viewers', async () => {
      const cem = await Person.signUp(flits.url);
      await anna.befriend(cem);
      const { id } = await anna.sendText('x', [ben, cem]);
      await ben.open(id);
      const unsent = await anna.request<Detail>('DELETE', `/v1/snaps/${id}`);
      expect(new Map(unsent.body.deliveries.map(({ user_id, state }) => [user_id, state]))).toEqual(
        new Map([
          [ben.id, 'opened'],
          [cem.id, 'withdrawn'],
        ]),
      );
      for (const person of [ben, cem]) expect((await told(person, id)).at(-1)).toBe('snap.withdrawn');
      expect((await anna.request('DELETE', `/v1/snaps/${id}`)).body.code).toBe('snap_erased');
    });
  });

  describe('receipts off', () => {
    it.each(['the viewer', 'the sender'])(
      'of %s: nothing tells that it was opened, not its state, an event, nor an early erasure',
      async (whose) => {
        await patch(whose === 'the viewer' ? ben : anna, { opened_receipts: false });
        const { id } = await once({ replays: 1 });
        const before = await delivery(id);
        expect((await ben.open(id)).status).toBe(200);
        await ben.request('POST', `/v1/snaps/${id}/close`);
        expect((await ben.open(id, randomUUID(), { replay: true })).status).toBe(200);
        await ben.request('POST', `/v1/snaps/${id}/close`);
        await flits.shiftClock(1800);
        await flits.sweep();
        expect(await delivery(id)).toEqual(before);
        expect(await told(anna, id)).toEqual(['snap.sent']);
        expect((await anna.request<{ items: unknown[] }>('GET', `/v1/snaps/${id}/viewers`)).body.items).toEqual([]);
        // To the viewer it is spent all the same, on every device.
        expect((await ben.open(id)).body.code).toBe('snap_already_opened');
        expect((await ben.inbox()).find(({ snap_id }) => snap_id === id)).toMatchObject({ state: 'opened' });
        expect(await told(ben, id)).toEqual(['snap.received', 'snap.opened', 'snap.replayed']);
        // Unsent, it says that nobody had seen it.
        const unsent = await anna.request<Detail>('DELETE', `/v1/snaps/${id}`);
        expect(unsent.body.deliveries).toEqual([{ user_id: ben.id, state: 'withdrawn' }]);
      },
    );

    it('silent at first stays silent when they are on again; told at first stays told', async () => {
      await patch(ben, { opened_receipts: false });
      const silent = await once({ replays: 1 });
      await ben.open(silent.id);
      await patch(ben, { opened_receipts: true });
      await ben.request('POST', `/v1/snaps/${silent.id}/close`);
      expect((await ben.open(silent.id, randomUUID(), { replay: true })).status).toBe(200);
      expect(await delivery(silent.id)).toEqual({ user_id: ben.id, state: 'accepted' });
      const open = await once();
      await ben.open(open.id);
      await patch(ben, { opened_receipts: false });
      expect((await delivery(open.id))?.state).toBe('opened');
    });

    it('a screenshot of what was seen in silence never says when that was, nor does a replay after it', async () => {
      await patch(ben, { opened_receipts: false });
      const silent = await once({ replays: 1 });
      await ben.open(silent.id);
      await ben.request('POST', `/v1/snaps/${silent.id}/screenshot`);
      await patch(ben, { opened_receipts: true });
      await ben.request('POST', `/v1/snaps/${silent.id}/close`);
      expect((await ben.open(silent.id, randomUUID(), { replay: true })).status).toBe(200);
      expect(await delivery(silent.id)).toEqual({ user_id: ben.id, state: 'screenshot' });
      expect(await told(anna, silent.id)).toEqual(['snap.sent', 'snap.screenshot']);
      expect((await anna.request<{ items: unknown[] }>('GET', `/v1/snaps/${silent.id}/viewers`)).body.items).toEqual([]);
    });

    it('of one of two recipients holds back the early erasure for both', async () => {
      const cem = await Person.signUp(flits.url);
      await anna.befriend(cem);
      await patch(cem, { opened_receipts: false });
      const { id } = await anna.sendText('x', [ben, cem], { view: { mode: 'once' } });
      for (const person of [ben, cem]) {
        await person.open(id);
        await person.request('POST', `/v1/snaps/${id}/close`);
      }
      await flits.shiftClock(1800);
      await flits.sweep();
      const { deliveries } = (await anna.request<Detail>('GET', `/v1/snaps/${id}`)).body;
      expect(new Map(deliveries.map(({ user_id, state }) => [user_id, state]))).toEqual(
        new Map([
          [ben.id, 'opened'],
          [cem.id, 'accepted'],
        ]),
      );
    });

    it('a story seen so is not among its viewers; a screenshot is told even so', async () => {
      await patch(ben, { opened_receipts: false });
      const { body: story } = await anna.sendTo({ story: 'friends' });
      await ben.open(story.id);
      expect((await ben.stories())[0]?.seen).toBe(true);
      expect(await told(anna, story.id)).toEqual(['snap.sent']);
      await ben.request('POST', `/v1/snaps/${story.id}/screenshot`);
      expect(await told(anna, story.id)).toEqual(['snap.sent', 'snap.screenshot']);
    });
  });

  describe('time to look', () => {
    const photoFor = async (view: object) =>
      (await anna.send({ upload_id: await anna.upload(await samplePhoto()), view: { mode: 'once', ...view } }, [ben])).body.id;

    it.each([
      ['as_sent', 10, 130],
      ['x5', 50, 170],
      ['until_closed', null, 600],
    ])('%s: a photo of 10 s is shown for %s s, under a lease of %s s', async (setting, seconds, lease) => {
      await patch(ben, { view_time: setting });
      const id = await photoFor({ seconds: 10 });
      const key = randomUUID();
      const opened = await ben.open(id, key);
      expect(opened.body.view).toMatchObject({ seconds });
      expect(opened.body.view.lease_seconds_left).toBeCloseTo(lease, 0);
      await flits.shiftClock(lease - 60);
      expect((await ben.open(id, key)).status).toBe(200);
      await flits.shiftClock(lease + 2);
      expect((await ben.open(id, key)).body.code).toBe('snap_already_opened');
      // The sender is not told: neither what they see nor what they asked for has changed.
      await flits.shiftClock(0);
      expect(Object.keys((await delivery(id)) ?? {}).sort()).toEqual(['opened_at', 'state', 'user_id']);
      expect((await ben.inbox())[0]).toMatchObject({ view: { seconds: 10 } });
    });

    it('seconds are 1 to 10, replays 0 or 1', async () => {
      for (const view of [
        { seconds: 0 },
        { seconds: 11 },
        { seconds: 1.5 },
        { replays: 2 },
        { replays: 1 }, // a text is open until it expires
        { mode: 'until_expiry', replays: 1 },
        { replays: -1 },
        { mode: 'twice' },
        { extra: 1 },
      ]) {
        expect([view, (await anna.send({ text: 'x', view }, [ben])).body.code]).toEqual([view, 'validation_failed']);
      }
      const posted = await anna.request('POST', '/v1/snaps', {
        body: { upload_id: randomUUID(), to: { story: 'friends' }, view: { replays: 1 } },
        key: randomUUID(),
      });
      expect(posted.body.errors).toEqual([expect.objectContaining({ pointer: '/view/replays' })]);
    });

    it('a replay is of a once: what turns out to be open until it expires has none', async () => {
      const [voice, photo] = await Promise.all([
        anna.putAs('voice', 'audio/mp4', randomBytes(64)),
        anna.putAs('photo', 'image/jpeg', randomBytes(64)),
      ]);
      for (const [upload_id, mode, replays] of [
        [voice, 'until_expiry', 0],
        [photo, 'once', 1],
      ] as const) {
        const { id } = (await anna.send({ upload_id, view: { replays: 1 } }, [ben])).body;
        const kept = await flits.query(
          'SELECT s.mode, s.replays, d.replays_left FROM mortal.snaps s JOIN mortal.deliveries d ON d.snap_id = s.id WHERE s.id = $1',
          [id],
        );
        expect(kept).toEqual([{ mode, replays, replays_left: replays }]);
      }
    });
  });
});
