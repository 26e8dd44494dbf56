import { randomUUID } from 'node:crypto';
import { Befriending } from '../../src/features/friends/befriending.js';
import { FriendshipListeners } from '../../src/features/friends/index.js';
import { TestFlits } from '../support/flits.js';
import { Person, type Answer } from '../support/person.js';
import { until } from '../support/until.js';

interface List {
  readonly items: { readonly id: string }[];
}

describe('blocks, mutes and close friends', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker(); // Its sweeps ask about people as well.
  });
  afterAll(() => flits.stop());

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => Person.signUp(flits.url)));
  const idsAt = async (who: Person, path: string) => (await who.request<List>('GET', path)).body.items.map(({ id }) => id);
  const block = (who: Person, whom: Person) => who.request('POST', `/v1/blocks/${whom.id}`);
  const ask = (from: Person, handle: string) => from.request('POST', '/v1/friend-requests', { body: { handle }, key: randomUUID() });
  const plain = ({ status, body }: Answer) => [status, { ...body, instance: undefined, request_id: undefined }];

  it('end a friendship both ways at once, with what was unopened between the two and nothing else', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [cleo] = (await people(1)) as [Person];
    await anna.befriend(cleo);
    const toBoth = await anna.sendText('to both', [ben, cleo]);
    const toAnna = await ben.sendText('to anna', [anna]);
    expect((await block(ben, anna)).status).toBe(204);
    expect([await idsAt(anna, '/v1/friends'), await idsAt(ben, '/v1/friends')]).toEqual([[cleo.id], []]);
    expect([await ben.inbox(), await anna.inbox()]).toEqual([[], []]);
    expect((await ben.open(toBoth.id)).status).toBe(404);
    expect((await anna.open(toAnna.id)).status).toBe(404);
    expect((await cleo.open(toBoth.id)).status).toBe(200);
    expect((await anna.nextEvent('friend.removed')).data).toEqual({ user_id: ben.id });
    expect((await anna.send({ text: 'again' }, [ben])).body.code).toBe('recipient_unavailable');
  });

  it('R1: make each a nobody to the other, on every route that names a person', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    expect((await block(ben, anna)).status).toBe(204);
    const nobody = { id: randomUUID(), handle: `n${randomUUID().slice(0, 8)}` };
    for (const [who, whom] of [
      [anna, ben],
      [ben, anna],
    ] as const) {
      const same = async (to: (person: { id: string; handle: string }) => Promise<Answer>) => {
        const answer = plain(await to(whom));
        expect(answer).toEqual(plain(await to(nobody)));
        expect(answer[0]).toBe(404);
      };
      await same(({ handle }) => who.request('GET', `/v1/users/${handle}`));
      await same(({ handle }) => ask(who, handle));
      await same(({ id }) => who.request('DELETE', `/v1/friends/${id}`));
      await same(({ id }) => who.request('PUT', `/v1/mutes/${id}`));
      await same(({ id }) => who.request('DELETE', `/v1/mutes/${id}`));
      if (who === anna) await same(({ id }) => who.request('DELETE', `/v1/blocks/${id}`));
      if (who === anna) await same(({ id }) => who.request('POST', `/v1/blocks/${id}`));
    }
  });

  it('R35: are no more work to look past than nobody: the database is asked the same, so that time tells nothing', async () => {
    const [anna, ben, cleo] = (await people(3)) as [Person, Person, Person];
    const { code } = (await ben.request<{ code: string }>('POST', '/v1/friend-codes', { body: {} })).body;
    await block(ben, anna);
    const asked = jest.spyOn(flits.platform.database, 'query');
    const locked = jest.spyOn(Befriending.prototype, 'lock');
    const workOf = async (ways: (() => Promise<Answer>)[]) => {
      asked.mockClear();
      for (const way of ways) expect((await way()).status).toBe(404);
      // What else runs in this process asks about other things.
      return asked.mock.calls.map(([text]) => text).filter((text) => /people|friend|block/.test(text));
    };
    const ways = (who: Person, handle: string, itsCode: string) => [
      () => who.request('GET', `/v1/users/${handle}`),
      () => ask(who, handle),
      () => who.request('GET', `/v1/friend-codes/${itsCode}`),
      () => who.request('POST', '/v1/friend-requests', { body: { code: itsCode }, key: randomUUID() }),
    ];
    const past = await workOf(ways(anna, ben.handle, code));
    expect(locked).not.toHaveBeenCalled();
    expect(past).toHaveLength(4);
    expect(past).toEqual(await workOf(ways(cleo, 'nobody_at_all', '0'.repeat(16))));
  });

  it('hold also for whom was blocked first: the attempt reads as nobody, and counts once the other block is lifted', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    await block(ben, anna);
    expect((await block(anna, ben)).status).toBe(404);
    expect(await idsAt(anna, '/v1/blocks')).toEqual([]);
    // What the server holds about her, in numbers and in full, tells it no more than the list does.
    const held = await anna.request<{ items: { name: string; rows: number }[] }>('GET', '/v1/me/held');
    expect(held.body.items.find(({ name }) => name === 'blocks')?.rows).toBe(0);
    const link = await anna.request<{ url: string }>('POST', '/v1/me/export');
    expect(await (await fetch(link.body.url)).json()).toMatchObject({ blocks: [] });
    // Nor does the first to block learn of it, not even by blocking again.
    expect((await block(ben, anna)).status).toBe(204);
    expect(await idsAt(ben, '/v1/blocks')).toEqual([anna.id]);
    expect((await ben.request('DELETE', `/v1/blocks/${anna.id}`)).status).toBe(204);
    const [row] = await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM blocks WHERE blocked_id = $1', [ben.id]);
    expect(row?.n).toBe(1);
    expect(await idsAt(anna, '/v1/blocks')).toEqual([ben.id]);
    expect((await ask(ben, anna.handle)).status).toBe(404);
    expect((await anna.request('DELETE', `/v1/blocks/${ben.id}`)).status).toBe(204);
    expect((await ask(ben, anna.handle)).status).toBe(201);
  });

  it('end requests that wait, and win over requests and acceptances of the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const [anna, ben] = (await people(2)) as [Person, Person];
      const { id } = (await ask(anna, ben.handle)).body;
      const [blocked] = await Promise.all([
        block(anna, ben),
        ben.request('POST', `/v1/friend-requests/${String(id)}/accept`),
        ask(ben, anna.handle),
      ]);
      expect(blocked.status).toBe(204);
      expect([await idsAt(anna, '/v1/friends'), await idsAt(ben, '/v1/friends')]).toEqual([[], []]);
      expect([await idsAt(anna, '/v1/friend-requests'), await idsAt(ben, '/v1/friend-requests')]).toEqual([[], []]);
      await block(anna, ben); // told twice is told once
      expect(await idsAt(anna, '/v1/blocks')).toEqual([ben.id]);
    }
  });

  it('win over a send of the same moment: nothing of it is seen', async () => {
    for (let round = 0; round < 6; round += 1) {
      const [anna, ben] = await Person.friends(flits.url);
      const [sent] = await Promise.all([anna.send({ text: 'now' }, [ben]), block(ben, anna)]);
      expect([201, 422]).toContain(sent.status);
      expect(await ben.inbox()).toEqual([]);
      if (sent.status === 201) expect((await ben.open(sent.body.id)).status).toBe(404);
    }
  });

  it('nobody blocks themselves or nobody', async () => {
    const [anna] = (await people(1)) as [Person];
    expect((await block(anna, anna)).status).toBe(404);
    expect((await anna.request('POST', `/v1/blocks/${randomUUID()}`)).status).toBe(404);
    expect((await anna.request('DELETE', `/v1/blocks/${randomUUID()}`)).status).toBe(404);
  });

  it('mutes are of friends alone, told to nobody, and go with the friendship', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [stranger] = (await people(1)) as [Person];
    expect((await anna.request('PUT', `/v1/mutes/${ben.id}`)).status).toBe(204);
    expect((await anna.request('PUT', `/v1/mutes/${ben.id}`)).status).toBe(204);
    expect((await anna.request('PUT', `/v1/mutes/${stranger.id}`)).status).toBe(404);
    expect(await idsAt(anna, '/v1/mutes')).toEqual([ben.id]);
    const snap = await ben.sendText('still arrives', [anna]);
    expect(await anna.inbox()).toEqual([expect.objectContaining({ snap_id: snap.id, muted: true })]);
    expect((await anna.nextEvent('snap.received')).data).toMatchObject({ snap_id: snap.id, muted: true });
    expect((await anna.request('DELETE', `/v1/mutes/${ben.id}`)).status).toBe(204);
    expect((await anna.inbox())[0]).not.toHaveProperty('muted');
    expect((await anna.request('DELETE', `/v1/mutes/${ben.id}`)).status).toBe(404);
    await anna.request('PUT', `/v1/mutes/${ben.id}`);
    await ben.request('DELETE', `/v1/friends/${anna.id}`);
    expect(await idsAt(anna, '/v1/mutes')).toEqual([]);
  });

  it('a mute that comes while the friendship ends does not outlive it', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    let muted: Promise<number> | undefined;
    flits.flits.app.get(FriendshipListeners, { strict: false }).register({
      async ended(_, a) {
        if (a !== ben.id || muted) return;
        let isAnswered = false;
        muted = anna.request('PUT', `/v1/mutes/${ben.id}`).then(({ status }) => ((isAnswered = true), status));
        const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        await until('the mute', async () => isAnswered || (await flits.query(waits)).length > 0);
      },
    });
    expect((await ben.request('DELETE', `/v1/friends/${anna.id}`)).status).toBe(204);
    expect([await muted, await idsAt(anna, '/v1/mutes')]).toEqual([404, []]);
  });

  it('the close list holds friends alone, all or nothing, and loses whoever is none any more', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [cleo, stranger] = (await people(2)) as [Person, Person];
    await anna.befriend(cleo);
    const put = (...who: { id: string }[]) =>
      anna.request<{ code?: string; errors?: { pointer: string }[] }>('PUT', '/v1/close-friends', {
        body: { user_ids: who.map(({ id }) => id) },
      });
    expect((await put(ben, cleo, ben)).status).toBe(204);
    expect((await idsAt(anna, '/v1/close-friends')).toSorted()).toEqual([ben.id, cleo.id].toSorted());
    const refused = await put(ben, stranger, { id: randomUUID() });
    expect([refused.status, refused.body.code, refused.body.errors?.map(({ pointer }) => pointer)]).toEqual([
      422,
      'recipient_unavailable',
      ['/user_ids/1', '/user_ids/2'],
    ]);
    expect((await put(cleo)).status).toBe(204);
    expect(await idsAt(anna, '/v1/close-friends')).toEqual([cleo.id]);
    expect(await idsAt(cleo, '/v1/close-friends')).toEqual([]);
    await block(cleo, anna);
    expect(await idsAt(anna, '/v1/close-friends')).toEqual([]);
    expect((await put()).status).toBe(204);
  });
});
