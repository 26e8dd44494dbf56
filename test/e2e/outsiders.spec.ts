import { randomUUID } from 'node:crypto';
import { eventData } from '../../src/app/event-data.js';
import { asyncApiDocument } from '../../src/features/realtime/index.js';
import { makeMortalId } from '../../src/platform/ids/index.js';
import { bodies, examples, makeWorld, open, type Example, type World } from '../support/outsider-examples.js';
import { call, Person, type Answer } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';

describe('R1: outsiders', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let stranger: Person;
  let exFriend: Person;

  beforeAll(async () => {
    // With its hour the log is published, and then everybody may ask it.
    flits = await TestFlits.startAwayFromHourEnd();
    [anna, ben] = await Person.friends(flits.url);
    stranger = await Person.signUp(flits.url);
    exFriend = await Person.signUp(flits.url);
    await anna.befriend(exFriend);
  });
  afterAll(() => flits.stop());

  /** Every route of the OpenAPI document with an id in its path. */
  async function routesWithIds(): Promise<{ method: string; path: string }[]> {
    const { body } = await call<{ paths: Record<string, Record<string, unknown>> }>(flits.url, 'GET', '/openapi.json');
    return Object.entries(body.paths).flatMap(([path, methods]) =>
      path.includes('{') && path.startsWith('/v1') ? Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })) : [],
    );
  }

  const without = ({ body }: Answer) => ({ ...body, instance: undefined, request_id: undefined });

  /** The first name in the path is the example's, a second one Ben's. */
  function asked(person: Person, world: World, route: { method: string; path: string }, id: string): Promise<Answer> {
    const path = route.path.replace(/\{\w+\}/, id).replace(/\{\w+\}/, world.ben.id);
    return person.request(route.method, path, { key: randomUUID(), body: bodies[`${route.method} ${route.path}`]?.(world) });
  }

  it('five kinds of them get the same 404 for what is not theirs as for what does not exist, on every route', async () => {
    const world = await makeWorld(flits.url);
    const routes = (await routesWithIds()).filter(({ method, path }) => !(`${method} ${path}` in open));
    expect(routes.length).toBeGreaterThanOrEqual(20);
    const made: Record<string, Example> = {};
    for (const route of routes) {
      const resource = route.path.split('/')[2] ?? '';
      const make = examples[resource];
      if (!make) throw new Error(`${route.path}: add an example of ${resource} to test/support/outsider-examples.ts`);
      const example = (made[resource] ??= await make(world));
      for (const [kind, outsider] of Object.entries(world.outsiders)) {
        const foreign = await asked(outsider, world, route, example.theirs);
        const nothing = await asked(outsider, world, route, example.nobodys);
        expect([kind, route, foreign.status, without(foreign)]).toEqual([kind, route, 404, without(nothing)]);
      }
    }
    // And nothing of it happened: all of Anna's is as it was, and there for whom it is for.
    expect((await world.ben.request('POST', `/v1/snaps/${world.snap.id}/media`)).status).toBe(200);
    expect((await world.ben.open(world.snap.id)).status).toBe(200);
    expect((await world.ben.request('GET', `/v1/groups/${world.groupId}`)).status).toBe(200);
  });

  it("a recipient has none of the sender's routes, and the sender none of a recipient's", async () => {
    const { id } = (await anna.send({ upload_id: await anna.upload(await samplePhoto()) }, [ben])).body;
    const routes = [
      [ben, 'GET', `/v1/snaps/${id}`],
      [ben, 'GET', `/v1/snaps/${id}/viewers`],
      [ben, 'DELETE', `/v1/snaps/${id}`],
      [anna, 'POST', `/v1/snaps/${id}/open`],
      [anna, 'POST', `/v1/snaps/${id}/close`],
      [anna, 'POST', `/v1/snaps/${id}/media`],
      [anna, 'POST', `/v1/snaps/${id}/screenshot`],
    ] as const;
    for (const [who, method, path] of routes) {
      expect([method, path, (await who.request(method, path, { key: randomUUID() })).status]).toEqual([method, path, 404]);
    }
    expect(await ben.inbox()).toHaveLength(1);
    expect((await ben.request('POST', `/v1/snaps/${id}/media`)).status).toBe(200);
  });

  it('ids in a body are no way around it: what is not theirs is refused like what does not exist', async () => {
    const world = await makeWorld(flits.url);
    const upload = await world.anna.upload(await samplePhoto());
    const { id: snapId } = world.snap;
    const nobody = randomUUID();
    const own = (person: Person) => ({ to: { user_ids: [person.id] } });
    for (const [kind, outsider] of Object.entries(world.outsiders)) {
      const friend = await Person.signUp(flits.url);
      await outsider.befriend(friend);
      const mortalId = makeMortalId(new Date(world.snap.expires_at).getTime(), Buffer.alloc(10, 7));
      const pairs: [string, string, object, object][] = [
        ['POST', '/v1/snaps', { upload_id: upload, ...own(friend) }, { upload_id: mortalId, ...own(friend) }],
        ['POST', '/v1/snaps', { upload_ids: [upload], ...own(friend) }, { upload_ids: [mortalId], ...own(friend) }],
        ['POST', '/v1/snaps', { text: 'x', to: { user_ids: [world.ben.id] } }, { text: 'x', to: { user_ids: [nobody] } }],
        ['POST', '/v1/snaps', { text: 'x', to: { group_ids: [world.groupId] } }, { text: 'x', to: { group_ids: [nobody] } }],
        ['POST', '/v1/snaps', { text: 'x', ...own(friend), in_reply_to: snapId }, { text: 'x', ...own(friend), in_reply_to: mortalId }],
        ['POST', '/v1/groups', { name: 'x', member_ids: [world.ben.id] }, { name: 'x', member_ids: [nobody] }],
      ];
      for (const [method, path, foreign, nothing] of pairs) {
        const [one, other] = await Promise.all(
          [foreign, nothing].map((body) => outsider.request(method, path, { body, key: randomUUID() })),
        );
        expect([kind, foreign, one!.status >= 400 && without(one!)]).toEqual([kind, foreign, without(other!)]);
      }
    }
    expect((await world.anna.send({ upload_id: upload }, [world.ben])).status).toBe(201);
  });

  it('no socket command takes an id: what is said on a socket is about oneself', () => {
    const { components, operations } = asyncApiDocument(eventData) as {
      components: { messages: Record<string, { payload: { properties: Record<string, { format?: string }> } }> };
      operations: { fromClient: { messages: { $ref: string }[] } };
    };
    const ops = operations.fromClient.messages.map(({ $ref }) => $ref.split('/').at(-1) ?? '');
    expect(ops.length).toBeGreaterThanOrEqual(4);
    for (const op of ops) {
      const taken = Object.entries(components.messages[op]?.payload.properties ?? {}).filter(
        ([name, { format }]) => format === 'uuid' || /(^|_)id$/.test(name),
      );
      expect([op, taken]).toEqual([op, []]);
    }
  });

  it('R50: events are judged as they are told: neither log nor a resumed socket brings what is over between two', async () => {
    const { ben, outsiders, snap, storyId } = await makeWorld(flits.url);
    const told = async (who: Person) => {
      const socket = await SocketClient.identified(flits.url, who.session.access_token);
      await socket.resume(0);
      await socket.heartbeat(); // answered behind everything there is to tell
      const resumed = socket.frames.filter((frame) => frame.op === 'event');
      await socket.close();
      return [await who.events(), resumed].map((events) =>
        events.filter(({ type }) => /^(snap\.received|story\.posted)$/.test(type)).map(({ data }) => (data as { snap_id: string }).snap_id),
      );
    };
    expect(await told(ben)).toEqual([
      [snap.id, storyId],
      [snap.id, storyId],
    ]);
    for (const kind of ['ex-friend', 'blocked'] as const) expect([kind, await told(outsiders[kind])]).toEqual([kind, [[], []]]);
    // Still a friend, who got the one through the group.
    expect(await told(outsiders['ex-member'])).toEqual([[storyId], [storyId]]);
  });

  it('R9: an ex-friend sees nothing that was unopened, and can be sent nothing', async () => {
    const snap = await anna.sendText('before', [exFriend]);
    expect(await exFriend.inbox()).toHaveLength(1);
    await anna.request('DELETE', `/v1/friends/${exFriend.id}`);
    expect(await exFriend.inbox()).toEqual([]);
    expect((await exFriend.open(snap.id)).status).toBe(404);
    const refused = await anna.send({ text: 'after' }, [ben, exFriend]);
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({ code: 'recipient_unavailable', errors: [expect.objectContaining({ pointer: '/to/user_ids/1' })] }),
    ]);
    const seen = await anna.request<{ deliveries: { state: string }[] }>('GET', `/v1/snaps/${snap.id}`);
    expect(seen.body.deliveries.map(({ state }) => state)).not.toContain('withdrawn');
  });

  it('R9: what was written just after a friendship ended does not come back with a new one', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const snap = await cem.sendText('too late', [dora]);
    await dora.request('DELETE', `/v1/friends/${cem.id}`);
    // As if the send had been under way: it saw the friendship, and the end of the friendship did not see it.
    await flits.query('UPDATE mortal.deliveries SET ended_at = NULL WHERE snap_id = $1', [snap.id]);
    expect(await dora.inbox()).toEqual([]);
    await dora.befriend(cem);
    expect(await dora.inbox()).toEqual([]);
    expect((await dora.open(snap.id)).status).toBe(404);
  });

  it('an id of a past hour is 410 for everybody, without a look; a malformed or foreign one 404', async () => {
    const hour = flits.platform.hours;
    const past = makeMortalId(hour.floor(flits.platform.clock.now()) - hour.bucketMs, Buffer.alloc(10, 3));
    expect((await stranger.request('GET', `/v1/snaps/${past}`)).body.code).toBe('snap_expired');
    const misaligned = makeMortalId(hour.floor(flits.platform.clock.now()) + hour.bucketMs + 1, Buffer.alloc(10, 3));
    const beyond = makeMortalId(hour.ceil(flits.platform.clock.now()) + 1000 * hour.bucketMs, Buffer.alloc(10, 3));
    expect((await stranger.open(beyond)).status).toBe(404);
    for (const id of ['x', randomUUID(), misaligned, '..%2f..%2fetc', `${past}'--`]) {
      const answer = await stranger.request('GET', `/v1/snaps/${id}`);
      expect([id, answer.status, answer.body.code]).toEqual([id, 404, 'not_found']);
    }
  });
});
