import { StorySpreader } from '../../src/features/snaps/story-spreader.js';
import { crowdOfFriends } from '../support/crowd.js';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { until } from '../support/until.js';

interface Viewers {
  readonly items: readonly { user: { id: string }; opened_at: string }[];
  readonly next_cursor: string | null;
}

describe('stories', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let cem: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  beforeEach(async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => Person.signUp(flits.url)));
    [anna, ben, cem] = people as [Person, Person, Person];
    for (const friend of [ben, cem]) await anna.befriend(friend);
  });
  afterAll(() => flits.stop());

  const viewers = async (snapId: string, query = '') => (await anna.request<Viewers>('GET', `/v1/snaps/${snapId}/viewers${query}`)).body;

  it('reach friends as they were when posted, minus who is none now; no new friend, no inbox', async () => {
    const posted = await anna.sendTo({ story: 'friends' }, { text: 'good morning' });
    expect(posted.status).toBe(201);
    expect((await ben.stories()).map(({ snap_id, sender, seen, view }) => [snap_id, sender.id, seen, view])).toEqual([
      [posted.body.id, anna.id, false, { mode: 'until_expiry', seconds: null, loop: false, replays: 0 }],
    ]);
    expect(await ben.inbox()).toEqual([]);
    expect((await ben.nextEvent('story.posted')).data).toMatchObject({ snap_id: posted.body.id, seen: false });
    const late = await Person.signUp(flits.url);
    await anna.befriend(late);
    expect(await late.stories()).toEqual([]);
    expect((await late.open(posted.body.id)).status).toBe(404);
    await anna.request('DELETE', `/v1/friends/${cem.id}`);
    expect(await cem.stories()).toEqual([]);
    expect((await cem.open(posted.body.id)).status).toBe(404);
  });

  it('for close friends reach them alone', async () => {
    await anna.request('PUT', '/v1/close-friends', { body: { user_ids: [cem.id] } });
    const posted = await anna.sendTo({ story: 'close' });
    expect((await cem.stories()).map(({ snap_id }) => snap_id)).toEqual([posted.body.id]);
    expect(await ben.stories()).toEqual([]);
    expect((await ben.open(posted.body.id)).status).toBe(404);
  });

  it('are until_expiry alone, photos too', async () => {
    expect((await anna.sendTo({ story: 'friends' }, { text: 'x', view: { mode: 'once' } })).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/view/mode' }],
    });
    const photo = await anna.sendTo({ story: 'friends' }, { upload_id: await anna.upload(await samplePhoto()) });
    expect((await ben.stories())[0]).toMatchObject({ snap_id: photo.body.id, kind: 'photo', view: { mode: 'until_expiry' } });
  });

  it('say to the author alone who saw them, once each; never erased for having been seen', async () => {
    const { body: posted } = await anna.sendTo({ story: 'friends' });
    for (const viewer of [ben, ben, cem]) {
      expect((await viewer.open(posted.id)).status).toBe(200);
      await viewer.request('POST', `/v1/snaps/${posted.id}/close`);
    }
    expect((await ben.stories())[0]?.seen).toBe(true);
    await flits.shiftClock(1200);
    await flits.sweep();
    expect((await ben.open(posted.id)).status).toBe(200);
    await flits.shiftClock(0);
    const first = await viewers(posted.id, '?limit=1');
    const second = await viewers(posted.id, `?limit=1&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map(({ user }) => user.id)).toEqual([cem.id, ben.id]);
    expect(second.next_cursor).toBeNull();
    const viewed = (await anna.events()).filter(({ type }) => type === 'story.viewed');
    expect(viewed.map(({ data }) => data)).toEqual([ben, cem].map(({ id }) => ({ snap_id: posted.id, user_id: id })));
    expect((await ben.request('GET', `/v1/snaps/${posted.id}/viewers`)).status).toBe(404);
    const unsent = await anna.request<{ deliveries: { user_id: string }[] }>('DELETE', `/v1/snaps/${posted.id}`);
    expect(unsent.body.deliveries.map(({ user_id }) => user_id).sort()).toEqual([ben.id, cem.id].sort());
    expect((await anna.request('GET', `/v1/snaps/${posted.id}/viewers`)).body.code).toBe('snap_erased');
    expect(await ben.stories()).toEqual([]);
    expect((await ben.events()).at(-1)).toMatchObject({ type: 'snap.withdrawn', data: { snap_id: posted.id } });
  });

  it('R5: a viewer who deletes their account is none any more', async () => {
    const { body: posted } = await anna.sendTo({ story: 'friends' });
    for (const viewer of [ben, cem]) await viewer.open(posted.id);
    await cem.request('DELETE', '/v1/me');
    expect((await viewers(posted.id)).items.map(({ user }) => user.id)).toEqual([ben.id]);
  });

  it('are listed by author, who posted last first, each newest first, page by page', async () => {
    const dora = await Person.signUp(flits.url);
    await dora.befriend(ben);
    const posted: string[] = [];
    for (const author of [anna, dora, anna, dora, anna]) posted.push((await author.sendTo({ story: 'friends' })).body.id);
    const [a1, d1, a2, d2, a3] = posted;
    const wanted = [a3, a2, a1, d2, d1];
    expect((await ben.stories()).map(({ snap_id }) => snap_id)).toEqual(wanted);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: { snap_id: string }[]; next_cursor: string | null } = (
        await ben.request<{ items: { snap_id: string }[]; next_cursor: string | null }>(
          'GET',
          `/v1/stories?limit=2${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
      paged.push(...page.items.map(({ snap_id }) => snap_id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(wanted);
  });

  it('of a muted friend are there as ever, and say so', async () => {
    await ben.request('PUT', `/v1/mutes/${anna.id}`);
    await anna.sendTo({ story: 'friends' });
    await anna.sendText('x', [ben, cem]);
    expect((await ben.stories())[0]).toMatchObject({ muted: true });
    expect((await ben.inbox())[0]).toMatchObject({ muted: true });
    expect((await cem.inbox())[0]).not.toHaveProperty('muted');
  });

  it('are answered to the author alone', async () => {
    const { body: posted } = await anna.sendTo({ story: 'friends' });
    const answer = await ben.sendTo({ user_ids: [anna.id] }, { text: 'nice', in_reply_to: posted.id });
    expect((await anna.inbox())[0]).toMatchObject({ snap_id: answer.body.id, in_reply_to: posted.id });
    expect((await cem.sendTo({ user_ids: [anna.id], story: 'friends' }, { text: 'x', in_reply_to: posted.id })).status).toBe(422);
  });

  describe('to more than a hundred', () => {
    const reached = async (snapId: string) =>
      Number((await flits.query<{ n: string }>('SELECT count(*) AS n FROM mortal.deliveries WHERE snap_id = $1', [snapId]))[0]?.n);
    const told = async (snapId: string) =>
      flits.query<{ owner_id: string; n: number }>(
        `SELECT owner_id, count(*)::int AS n FROM mortal.events WHERE ref = $1 AND type = 'story.posted' GROUP BY owner_id`,
        [snapId],
      );

    it('are spread by a job: everybody once, nobody twice, whoever is named at once', async () => {
      const ids = await crowdOfFriends(flits, anna, 250);
      const { body: posted } = await anna.sendTo({ story: 'friends', user_ids: [ben.id] });
      expect((await ben.inbox()).map(({ snap_id }) => snap_id)).toEqual([posted.id]);
      await until('everybody reached', async () => (await reached(posted.id)) === 252);
      const events = await told(posted.id);
      expect(events.map(({ owner_id }) => owner_id).sort()).toEqual([...ids, cem.id].sort());
      expect(new Set(events.map(({ n }) => n))).toEqual(new Set([1]));
      expect((await cem.stories()).map(({ snap_id }) => snap_id)).toEqual([posted.id]);
    });

    it('are found by the sweep where the job was lost, and spread by five at once without a double', async () => {
      await crowdOfFriends(flits, anna, 350);
      const spreader = flits.flits.app.get(StorySpreader, { strict: false });
      const announce = jest.spyOn(spreader, 'announce').mockResolvedValue();
      const { body: posted } = await anna.sendTo({ story: 'friends' });
      expect(announce).toHaveBeenCalledWith(posted.id);
      expect(await reached(posted.id)).toBe(0);
      // Between posting and reaching: no friend any more, so not reached.
      await cem.request('DELETE', `/v1/friends/${anna.id}`);
      announce.mockRestore(); // not before: a sweep of the worker's own may come at any time
      await Promise.all(Array.from({ length: 5 }, () => spreader.spread(posted.id)));
      await flits.sweep();
      expect(await reached(posted.id)).toBe(351);
      expect((await told(posted.id)).every(({ n }) => n === 1)).toBe(true);
      expect(await flits.query('SELECT unspread FROM mortal.snaps WHERE id = $1', [posted.id])).toEqual([{ unspread: null }]);
    });

    it('wait for their upload, and stop where it was unsent', async () => {
      await crowdOfFriends(flits, anna, 150);
      const photo = await samplePhoto();
      const posted = await anna.sendTo({ story: 'friends' }, { upload_id: await anna.put(photo) });
      expect(posted.status).toBe(201);
      await until('everybody reached', async () => (await reached(posted.body.id)) === 152);
      const spreader = flits.flits.app.get(StorySpreader, { strict: false });
      const announce = jest.spyOn(spreader, 'announce').mockResolvedValue();
      const { body: unsent } = await anna.sendTo({ story: 'friends' });
      await anna.request('DELETE', `/v1/snaps/${unsent.id}`);
      announce.mockRestore();
      await spreader.spread(unsent.id);
      expect(await reached(unsent.id)).toBe(0);
    });
  });
});
