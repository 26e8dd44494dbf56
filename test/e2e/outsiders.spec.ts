import { randomUUID } from 'node:crypto';
import { makeMortalId } from '../../src/platform/ids/index.js';
import { call, Person, type Answer } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { samplePhoto } from '../support/sample-photo.js';

describe('R1: outsiders', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  let stranger: Person;
  let exFriend: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
    stranger = await Person.signUp(flits.url);
    exFriend = await Person.signUp(flits.url);
    await anna.befriend(exFriend);
  });
  afterAll(() => flits.stop());

  /** Every route of the OpenAPI document with an id in its path, filled in with somebody else's. */
  async function routesWithIds(): Promise<{ method: string; path: string }[]> {
    const { body } = await call<{ paths: Record<string, Record<string, unknown>> }>(flits.url, 'GET', '/openapi.json');
    return Object.entries(body.paths).flatMap(([path, methods]) =>
      path.includes('{') && path.startsWith('/v1') ? Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })) : [],
    );
  }

  const without = ({ body }: Answer) => ({ ...body, instance: undefined, request_id: undefined });

  it('get the same 404 for what is not theirs as for what does not exist, on every route', async () => {
    const snap = await anna.sendText('for ben', [ben]);
    const uploadId = await anna.upload(await samplePhoto());
    const request = await stranger.request<{ id: string }>('POST', '/v1/friend-requests', {
      body: { handle: anna.handle },
      key: randomUUID(),
    });
    const live = new Date(snap.expires_at).getTime();
    const theirs: Record<string, string> = {
      snaps: snap.id,
      uploads: uploadId,
      'friend-requests': request.body.id,
      devices: anna.session.device.id,
      friends: ben.id,
      blocks: ben.id,
      mutes: ben.id,
      log: snap.receipt!.commitment, // not yet published, so nobody can tell
    };
    const nobodys: Record<string, string> = {
      snaps: makeMortalId(live, Buffer.alloc(10, 1)),
      uploads: makeMortalId(live, Buffer.alloc(10, 2)),
      'friend-requests': randomUUID(),
      devices: randomUUID(),
      friends: randomUUID(),
      blocks: randomUUID(),
      mutes: randomUUID(),
      log: 'ab'.repeat(32),
    };
    const routes = (await routesWithIds()).filter(({ path }) => !/^\/v1\/(?:users|exports)\//.test(path));
    expect(routes.length).toBeGreaterThanOrEqual(10);
    for (const { method, path } of routes) {
      const resource = path.split('/')[2] ?? '';
      expect([path, theirs[resource]]).toEqual([path, expect.any(String)]);
      // A request of the stranger's own is theirs to see; a third person asks for that one.
      const outsiders = resource === 'friend-requests' ? [ben, exFriend] : [stranger, exFriend];
      for (const outsider of outsiders) {
        // Anybody may block anybody whose id they have come by.
        if (resource === 'blocks' && method === 'POST') continue;
        const ask = (id: string) => outsider.request(method, path.replace(/\{\w+\}/, id), { key: randomUUID() });
        const foreign = await ask(theirs[resource]!);
        const nothing = await ask(nobodys[resource]!);
        expect([method, path, foreign.status]).toEqual([method, path, nothing.status]);
        expect(without(foreign)).toEqual(without(nothing));
        expect([method, path, foreign.status]).toEqual([method, path, 404]);
      }
    }
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
