import { randomUUID } from 'node:crypto';
import { FriendshipListeners } from '../../src/features/friends/index.js';
import { TestFlits } from '../support/flits.js';
import { Person, type Answer } from '../support/person.js';

interface Outcome {
  readonly code?: string;
  readonly id: string;
  readonly state: string;
  readonly errors?: { readonly pointer: string; readonly code: string }[];
}
interface List<T> {
  readonly items: T[];
  readonly next_cursor: string | null;
}
interface RequestItem {
  readonly id: string;
  readonly direction: string;
  readonly user: { readonly id: string; readonly handle: string; readonly display_name: string };
}

describe('friends', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  const people = (count: number) => Promise.all(Array.from({ length: count }, () => Person.signUp(flits.url)));
  const ask = (from: Person, to: Person, key: string = randomUUID()): Promise<Answer<Outcome>> =>
    from.request<Outcome>('POST', '/v1/friend-requests', { body: { handle: to.handle }, key });
  const accept = (who: Person, id: string) => who.request<Outcome>('POST', `/v1/friend-requests/${id}/accept`);
  const requestsOf = async (who: Person) => (await who.request<List<RequestItem>>('GET', '/v1/friend-requests')).body.items;
  const friendsOf = async (who: Person) => (await who.request<List<{ id: string }>>('GET', '/v1/friends')).body.items.map(({ id }) => id);
  const relation = async (who: Person, to: Person) => (await who.request('GET', `/v1/users/${to.handle}`)).body.relation;
  const eventsOf = async (who: Person) => {
    const { body } = await who.request<{ items: { type: string; data: Record<string, unknown> }[] }>('GET', '/v1/events?after=0');
    return body.items.filter(({ type }) => type.startsWith('friend.')).map(({ type, data }) => [type, data]);
  };
  const user = (person: Person) => ({ id: person.id, handle: person.handle, display_name: person.handle });

  it('are asked, accept, and both see it; events tell both', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    expect([await relation(anna, ben), await relation(anna, anna)]).toEqual(['none', 'self']);
    const asked = await ask(anna, ben);
    expect([asked.status, asked.body]).toEqual([201, { id: expect.any(String) as string, state: 'pending' }]);
    const { id } = asked.body;
    expect([await relation(anna, ben), await relation(ben, anna)]).toEqual(['requested', 'incoming']);
    expect(await requestsOf(anna)).toEqual([
      { id, direction: 'outgoing', user: user(ben), created_at: expect.stringMatching(/Z$/) as string },
    ]);
    expect(await requestsOf(ben)).toEqual([{ id, direction: 'incoming', user: user(anna), created_at: expect.any(String) as string }]);
    expect(await eventsOf(ben)).toEqual([['friend.requested', { request_id: id, user: user(anna) }]]);

    const accepted = await accept(ben, id);
    expect([accepted.status, accepted.body]).toEqual([200, { id, state: 'accepted' }]);
    expect([await friendsOf(anna), await friendsOf(ben)]).toEqual([[ben.id], [anna.id]]);
    expect([await relation(anna, ben), await relation(ben, anna)]).toEqual(['friend', 'friend']);
    expect([await requestsOf(anna), await requestsOf(ben)]).toEqual([[], []]);
    // The request waits no longer, so its event is skipped.
    expect(await eventsOf(ben)).toEqual([['friend.accepted', { request_id: id, user: user(anna) }]]);
    expect(await eventsOf(anna)).toEqual([['friend.accepted', { request_id: id, user: user(ben) }]]);
  });

  it('a request repeated with its key is the same one, whatever became of it; with another key it is told its state', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const key = randomUUID();
    const { id } = (await ask(anna, ben, key)).body;
    expect((await ask(anna, ben, key)).body).toEqual({ id, state: 'pending' });
    expect((await ask(anna, ben)).body).toEqual({ id, state: 'pending' });
    expect(await eventsOf(ben)).toHaveLength(1);
    await accept(ben, id);
    expect((await ask(anna, ben, key)).body).toEqual({ id, state: 'accepted' });
    expect((await ask(anna, ben)).body.state).toBe('accepted');
    await anna.request('DELETE', `/v1/friends/${ben.id}`);
    expect((await ask(anna, ben, key)).body).toEqual({ id, state: 'ended' });
    expect(await requestsOf(ben)).toEqual([]);
    expect((await anna.request<Outcome>('POST', '/v1/friend-requests', { body: { handle: 'other.handle' }, key })).status).toBe(404);
    const [cleo] = (await people(1)) as [Person];
    expect((await ask(anna, cleo, key)).body.code).toBe('idempotency_key_reused');
  });

  it('who asks one that asked before is a friend at once', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const { id } = (await ask(anna, ben)).body;
    const crossed = await ask(ben, anna);
    expect([crossed.status, crossed.body]).toEqual([201, { id, state: 'accepted' }]);
    expect([await friendsOf(anna), await requestsOf(anna), await requestsOf(ben)]).toEqual([[ben.id], [], []]);
  });

  it('two that ask each other at the same moment are friends, without a deadlock or a request left behind', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [anna, ben] = (await people(2)) as [Person, Person];
      const answers = await Promise.all([ask(anna, ben), ask(ben, anna), ask(anna, ben), ask(ben, anna)]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect([await friendsOf(anna), await friendsOf(ben)]).toEqual([[ben.id], [anna.id]]);
      expect([await requestsOf(anna), await requestsOf(ben)]).toEqual([[], []]);
      const accepted = (await eventsOf(anna)).filter(([type]) => type === 'friend.accepted');
      expect(accepted).toHaveLength(1);
    }
  });

  it('accepting, declining and asking back at once leave friends or strangers, never half of either', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [anna, ben] = (await people(2)) as [Person, Person];
      const { id } = (await ask(anna, ben)).body;
      const answers = await Promise.all([
        accept(ben, id),
        ben.request('DELETE', `/v1/friend-requests/${id}`),
        anna.request('DELETE', `/v1/friend-requests/${id}`),
        accept(ben, id),
      ]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 404)).toHaveLength(3);
      const friends = [await friendsOf(anna), await friendsOf(ben)];
      expect([
        [[], []],
        [[ben.id], [anna.id]],
      ]).toContainEqual(friends);
      expect([await requestsOf(anna), await requestsOf(ben)]).toEqual([[], []]);
    }
  });

  it('only who was asked accepts; either side takes it back; R1: to others it is the same 404 as none', async () => {
    const [anna, ben, stranger] = (await people(3)) as [Person, Person, Person];
    const { id } = (await ask(anna, ben)).body;
    const refusals = [
      await accept(anna, id),
      await accept(stranger, id),
      await stranger.request('DELETE', `/v1/friend-requests/${id}`),
      await accept(stranger, randomUUID()),
      await accept(stranger, 'not-an-id'),
    ];
    const bodies = refusals.map(({ status, body }) => ({ status, ...body, instance: undefined, request_id: undefined }));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(bodies[0]?.status).toBe(404);
    expect((await anna.request('DELETE', `/v1/friend-requests/${id}`)).status).toBe(204);
    expect((await accept(ben, id)).status).toBe(404);
    const again = (await ask(anna, ben)).body.id;
    expect((await ben.request('DELETE', `/v1/friend-requests/${again}`)).status).toBe(204);
    expect([await friendsOf(anna), await requestsOf(anna)]).toEqual([[], []]);
  });

  it.each<[string, unknown, number, string]>([
    ['yourself', 'self', 422, 'validation_failed'],
    ['nobody', { handle: 'nobody.here' }, 404, 'not_found'],
    ['no handle', {}, 422, 'validation_failed'],
    ['something that is no handle', { handle: 'Nobody Here' }, 422, 'validation_failed'],
    ['an unknown code', { code: 'abc' }, 404, 'not_found'],
    ['a field too many', { handle: 'nobody.here', state: 'accepted' }, 422, 'validation_failed'],
  ])('asking %s is refused', async (_, body, status, code) => {
    const [anna] = (await people(1)) as [Person];
    const answer = await anna.request('POST', '/v1/friend-requests', {
      body: body === 'self' ? { handle: anna.handle } : body,
      key: randomUUID(),
    });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await requestsOf(anna)).toEqual([]);
  });

  it('part for both; what hangs on it ends in the same transaction, and not at all if that fails', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const listeners = flits.flits.app.get(FriendshipListeners, { strict: false });
    const heard: string[][] = [];
    let fails = true;
    listeners.register({
      async ended(tx, a, b) {
        const rows = await tx.query('SELECT 1 FROM friendships WHERE person_id = $1 AND friend_id = $2', [a, b]);
        heard.push([a, b, String(rows.length)]);
        if (fails && a === anna.id) throw new Error('a listener broke');
      },
    });
    expect((await anna.request('DELETE', `/v1/friends/${ben.id}`)).status).toBe(500);
    expect(await friendsOf(anna)).toEqual([ben.id]);
    fails = false;
    expect((await anna.request('DELETE', `/v1/friends/${ben.id}`)).status).toBe(204);
    expect(heard).toEqual([
      [anna.id, ben.id, '0'],
      [anna.id, ben.id, '0'],
    ]);
    expect([await friendsOf(anna), await friendsOf(ben)]).toEqual([[], []]);
    expect((await eventsOf(ben)).at(-1)).toEqual(['friend.removed', { user_id: anna.id }]);
    expect((await anna.request('DELETE', `/v1/friends/${ben.id}`)).status).toBe(404);
    expect((await anna.request('DELETE', `/v1/friends/${randomUUID()}`)).status).toBe(404);
  });

  it('both may part at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [anna, ben] = await Person.friends(flits.url);
      const answers = await Promise.all([anna.request('DELETE', `/v1/friends/${ben.id}`), ben.request('DELETE', `/v1/friends/${anna.id}`)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    }
  });

  it('lists go on where they stopped', async () => {
    const [anna, ...others] = (await people(8)) as [Person, ...Person[]];
    const [asked, befriended] = [others.slice(0, 4), others.slice(4)];
    for (const other of asked) await ask(other, anna);
    for (const other of befriended) await anna.befriend(other);
    const walk = async (path: string) => {
      const ids: string[] = [];
      const sizes: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: Answer<List<{ id: string }>> = await anna.request(`GET`, `${path}?limit=3${cursor && `&cursor=${cursor}`}`);
        ids.push(...body.items.map(({ id }) => id));
        sizes.push(body.items.length);
        cursor = body.next_cursor;
      }
      return { ids, sizes };
    };
    const requests = await walk('/v1/friend-requests');
    expect(requests.sizes).toEqual([3, 1]);
    expect(requests.ids).toEqual((await requestsOf(anna)).map(({ id }) => id));
    expect((await requestsOf(anna)).map(({ user: { id } }) => id)).toEqual(asked.map(({ id }) => id).reverse());
    const friends = await walk('/v1/friends');
    expect(friends.sizes).toEqual([3]);
    expect(friends.ids.toSorted()).toEqual(befriended.map(({ id }) => id).toSorted());
    for (const cursor of ['x', Buffer.from('[1]').toString('base64url'), Buffer.from('[9e15,"x"]').toString('base64url')]) {
      expect((await anna.request('GET', `/v1/friend-requests?cursor=${cursor}`)).status).toBe(422);
    }
  });

  it('are a thousand at most, on either side', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    await flits.query(`INSERT INTO friendships (person_id, friend_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 1000)`, [
      anna.id,
    ]);
    expect((await ask(anna, ben)).body.code).toBe('quota_exceeded');
    const { id } = (await ask(ben, anna)).body;
    expect((await accept(anna, id)).body.code).toBe('quota_exceeded');
    expect(await requestsOf(ben)).toHaveLength(1);
    expect(await relation(ben, anna)).toBe('requested');
    // And the other way round: who asked has no room left when it is accepted.
    await flits.query('DELETE FROM friendships WHERE person_id = $1', [anna.id]);
    await flits.query(`INSERT INTO friendships (person_id, friend_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 1000)`, [
      ben.id,
    ]);
    expect((await accept(anna, id)).body.code).toBe('recipient_unavailable');
  });

  it('R35: people are found by their exact handle and not otherwise', async () => {
    const [anna, ben] = (await people(2)) as [Person, Person];
    const found = await anna.request('GET', `/v1/users/${ben.handle}`);
    expect(found.body).toEqual({ ...user(ben), relation: 'none' });
    for (const handle of [ben.handle.slice(0, -1), `${ben.handle}%25`, ben.handle.toUpperCase(), '%25', '..', 'a%00b', "' OR 1=1 --"]) {
      const answer = await anna.request('GET', `/v1/users/${encodeURI(decodeURI(handle))}`);
      expect([handle, answer.status, answer.body.code]).toEqual([handle, 404, 'not_found']);
    }
  });
});
