import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Cluster } from '../support/cluster.js';
import { call, Person, type PolledEvent } from '../support/person.js';
import { readProjectFile } from '../support/project-file.js';
import { PushService } from '../support/push-service.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

jest.setTimeout(180_000);

interface Events {
  readonly items: PolledEvent[];
  readonly code?: string;
}

/** Needs redis-server and an S3 server: part of `npm run test:services`. */
const withServices = process.env.TEST_SERVICES ? describe : describe.skip;

/** R5, R41, R50 */
const ENDS_WITHIN_MS = 5000;
/** A hint takes milliseconds, on a machine with other things to do more; without one a long poll would last its 30 s. */
const HINTED_MS = 10_000;
/** Ten seconds of delay, and what a machine needs that has other things to do. */
const WOKEN_MS = 40_000;

withServices('two of each process: what happens on one is felt on the others', () => {
  let cluster: Cluster;
  let service: PushService;
  let anna: Person;
  let ben: Person;

  const api = (index: number) => cluster.apis[index]!.url;
  const gateway = (index: number) => cluster.gateways[index]!.url;
  const poll = (who: Person, index: number, after: number, seconds = 30) =>
    call<Events>(gateway(index), 'GET', `/v1/events?after=${after}&wait_seconds=${seconds}`, { token: who.session.access_token });
  const head = async (who: Person): Promise<number> => {
    const { body } = await call<{ next_after: number }>(gateway(0), 'GET', '/v1/events', { token: who.session.access_token });
    return body.next_after;
  };

  /** Sockets on both gateways and a long poll on one; ends the session at an api. @returns how long all of it took, ms */
  async function endedEverywhere(who: Person, end: () => Promise<unknown>): Promise<number> {
    const sockets = await Promise.all([0, 1].map((index) => SocketClient.identified(gateway(index), who.session.access_token)));
    const polling = poll(who, 1, await head(who));
    // Both ends know of the poll once another request of the same connection's node was answered.
    await head(who);
    const began = performance.now();
    await end();
    const codes = await Promise.all(sockets.map(({ closed }) => closed));
    const polled = await polling;
    const took = performance.now() - began;
    expect([codes, polled.status, polled.body.code]).toEqual([[4410, 4410], 401, 'session_ended']);
    return took;
  }

  beforeAll(async () => {
    service = await PushService.start();
    const VAPID_PRIVATE_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d!;
    cluster = await Cluster.start({ VAPID_PRIVATE_KEY, PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}` });
    [anna, ben] = await Person.friends(api(0));
  });
  afterAll(async () => {
    await cluster.stop();
    await service.stop();
  });

  it('a long poll on a gateway is answered when an api is told something', async () => {
    const waiting = poll(ben, 1, await head(ben));
    const socket = await SocketClient.identified(gateway(0), ben.session.access_token);
    const began = performance.now();
    const { id } = await anna.sendText('now', [ben]);
    const { items } = (await waiting).body;
    expect(items).toMatchObject([{ type: 'snap.received', data: { snap_id: id } }]);
    expect((await socket.event('snap.received')).data).toMatchObject({ snap_id: id });
    expect(performance.now() - began).toBeLessThan(HINTED_MS);
    await socket.close();
  });

  it('an api answers a long poll as a gateway does, and its document is the whole contract', async () => {
    const after = await head(ben);
    const waiting = call<Events>(api(1), 'GET', `/v1/events?after=${after}&wait_seconds=30`, { token: ben.session.access_token });
    const began = performance.now();
    const { id } = await anna.sendText('now', [ben]);
    expect((await waiting).body.items).toMatchObject([{ type: 'snap.received', data: { snap_id: id } }]);
    expect(performance.now() - began).toBeLessThan(HINTED_MS);
    const { body } = await call<object>(api(0), 'GET', '/openapi.json');
    expect(body).toEqual(JSON.parse(readProjectFile('contract/openapi.json')));
  });

  it('R41: the end of a session, or of an account, ends its sockets on every gateway within 5 s', async () => {
    const tablet = await ben.onAnotherDevice();
    const logOut = await endedEverywhere(tablet, () =>
      call(api(1), 'DELETE', '/v1/sessions/current', { token: tablet.session.access_token }),
    );
    const cara = await Person.signUp(api(1));
    const deletion = await endedEverywhere(cara, () => cara.request('DELETE', '/v1/me'));
    expect(Math.max(logOut, deletion)).toBeLessThan(ENDS_WITHIN_MS);
  });

  it('two workers hear of a snap, and wake its recipient up once; nobody whom a socket told', async () => {
    const [phone, told] = [await Person.signUp(api(0)), await Person.signUp(api(1))];
    const subscriptions = [service.subscribe(), service.subscribe()] as const;
    for (const [index, who] of [phone, told].entries()) {
      await anna.befriend(who);
      const body = { provider: 'webpush', subscription: subscriptions[index] };
      expect((await who.request('PUT', '/v1/devices/current/push', { body })).status).toBe(204);
    }
    const socket = await SocketClient.identified(gateway(1), told.session.access_token);
    await anna.sendText('for both', [phone, told]);
    socket.ack((await socket.event('snap.received')).seq);
    const push = await service.next(subscriptions[0], 1, WOKEN_MS);
    expect(service.decrypt(push)).toHaveLength(0);
    await until('end of all looks', async () => {
      const { rows } = await cluster.rows.query('SELECT 1 FROM push_subscriptions WHERE due_at IS NOT NULL');
      return rows.length === 0;
    });
    expect(subscriptions.map((subscription) => service.for(subscription).length)).toEqual([1, 0]);
    await socket.close();
  });

  it('R41: the end of a session is felt within 5 s with Redis dead', async () => {
    // Nobody logs in without Redis: what counts wrong passwords is away.
    const tablet = await ben.onAnotherDevice();
    await cluster.redis.kill();
    const took = await endedEverywhere(tablet, () =>
      call(api(1), 'DELETE', '/v1/sessions/current', { token: tablet.session.access_token }),
    );
    expect(took).toBeLessThan(ENDS_WITHIN_MS);
  });
});
