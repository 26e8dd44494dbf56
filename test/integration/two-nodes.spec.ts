import { performance } from 'node:perf_hooks';
import { jumpCounters } from '../../src/features/events/index.js';
import { Hearers } from '../../src/features/realtime/hearers.js';
import { Suspensions } from '../../src/features/people/index.js';
import { freePort } from '../support/free-port.js';
import { TestFlits } from '../support/flits.js';
import { call, Person, type PolledEvent } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

interface Events {
  readonly items: PolledEvent[];
  readonly next_after: number;
  readonly resync: boolean;
  readonly code?: string;
}

/** R5, R41, R50 */
const ENDS_WITHIN_MS = 5000;

/**
 * Two nodes on one database, and no Redis between them: each of the other's hints is lost, always. What holds here holds while Redis
 * is away; test/faults/across-nodes.spec.ts has the same with Redis, and processes.
 */
describe('a node that hears no hint of the other', () => {
  let here: TestFlits;
  let there: TestFlits;
  let thereUrl: string;
  let anna: Person;
  let ben: Person;

  const socketThere = (who: Person, after?: number) => SocketClient.identified(thereUrl, who.session.access_token, after);
  const pollThere = (who: Person, after: number, seconds: number) =>
    call<Events>(thereUrl, 'GET', `/v1/events?after=${after}&wait_seconds=${seconds}`, { token: who.session.access_token });
  const isWaitingThere = (who: Person, times = 1) => there.flits.app.get(Hearers, { strict: false }).tell(who.id, 0) === times;
  const head = async (who: Person) => (await who.request<Events>('GET', '/v1/events')).body.next_after;

  beforeAll(async () => {
    here = await TestFlits.start({ REDIS_URL: '' });
    const port = await freePort();
    const { database, folder, environment } = here.place;
    const own = { PORT: String(port), ADMIN_PORT: String(await freePort()), PUBLIC_URL: here.url };
    there = await TestFlits.startOn({ database, folder, environment: { ...environment, ...own } });
    thereUrl = `http://localhost:${port}`;
    [anna, ben] = await Person.friends(here.url);
  });
  afterAll(async () => {
    await there.flits.stop();
    await here.stop();
  });

  const endings: readonly (readonly [string, (who: Person) => Promise<unknown>])[] = [
    ['a log-out', (who) => who.request('DELETE', '/v1/sessions/current')],
    ['a suspension', (who) => here.flits.app.get(Suspensions, { strict: false }).suspend(who.id, 'test')],
    ['the end of the account', (who) => who.request('DELETE', '/v1/me')],
  ];
  it('R5, R41: a log-out, a suspension, the end of an account here end socket and long poll there within 5 s, and no other', async () => {
    const others = await socketThere(ben);
    const ended = endings.map(async ([how, end]) => {
      const who = await Person.signUp(here.url);
      const socket = await socketThere(who);
      const polling = pollThere(who, await head(who), 30);
      await until('a socket and a poll', () => isWaitingThere(who, 2));
      const began = performance.now();
      await end(who);
      const [code, polled] = await Promise.all([socket.closed, polling]);
      expect([how, performance.now() - began < ENDS_WITHIN_MS]).toEqual([how, true]);
      return [how, code, polled.status, polled.body.code];
    });
    expect(await Promise.all(ended)).toEqual(endings.map(([how]) => [how, 4410, 401, 'session_ended']));
    await others.heartbeat();
    await others.close();
  });

  it('a long poll there has what was sent here, at the latest when its time is over', async () => {
    const after = await head(ben);
    const waiting = pollThere(ben, after, 5);
    await until('waiting', () => isWaitingThere(ben));
    const { id } = await anna.sendText('unannounced', [ben]);
    const { items } = (await waiting).body;
    expect(items).toMatchObject([{ type: 'snap.received', data: { snap_id: id } }]);
  });

  it('a socket there has it with its next heartbeat', async () => {
    const socket = await socketThere(ben, await head(ben));
    const { id } = await anna.sendText('unannounced', [ben]);
    await socket.heartbeat();
    expect((await socket.event('snap.received')).data).toMatchObject({ snap_id: id });
    await socket.close();
  });

  it('after a restore, which moves heads by 2^32, both resync and then miss nothing', async () => {
    const before = await head(ben);
    const connected = await socketThere(ben, before);
    await here.asOwner('GRANT TRUNCATE ON mortal.events TO PUBLIC');
    await there.platform.database.transaction((tx) => jumpCounters(tx));
    const polled = (await pollThere(ben, before, 30)).body;
    expect(polled).toMatchObject({ items: [], next_after: before + 2 ** 32, resync: true });
    const fresh = await SocketClient.connect(thereUrl);
    expect(await fresh.identify(ben.session.access_token, before)).toMatchObject({ head: before + 2 ** 32, resync: true });
    // One that was never cut, if such a thing could be, is told as well.
    await connected.heartbeat();
    expect(await connected.next('ready')).toMatchObject({ head: before + 2 ** 32, resync: true });

    const { id } = await anna.sendText('after the restore', [ben]);
    const answer = (await pollThere(ben, polled.next_after, 0)).body;
    expect(answer.items).toMatchObject([{ seq: before + 2 ** 32 + 1, data: { snap_id: id } }]);
    for (const socket of [fresh, connected]) {
      await socket.heartbeat();
      expect(await socket.event('snap.received')).toMatchObject({ seq: before + 2 ** 32 + 1, prev: before + 2 ** 32 });
      await socket.close();
    }
  });
});
