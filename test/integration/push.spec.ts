import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { PushSettings } from '../../src/features/notifications/notifications.settings.js';
import { Suspensions } from '../../src/features/people/index.js';
import { WakeTimes } from '../../src/features/notifications/wake-times.js';
import { WakeUps } from '../../src/features/notifications/wake-ups.js';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { PushService, type Push } from '../support/push-service.js';
import { until } from '../support/until.js';

type Subscription = ReturnType<PushService['subscribe']>;

const WINDOW_SECONDS = 0.6;
/** What is waited for; and what is not, where something is to happen before the look. */
const DELAY = { short: 0.05, none: 3600 };

describe('wake-ups by Web Push', () => {
  let service: PushService;
  let flits: TestFlits;
  let publicKey: string;
  let anna: Person;
  let ben: Person;
  let bens: Subscription;

  const register = (who: Person, subscription: object) =>
    who.request('PUT', '/v1/devices/current/push', { body: { provider: 'webpush', subscription } });
  const row = async (who: Person) =>
    (
      await flits.query<{ due_at: Date | null; failures: number }>('SELECT due_at, failures FROM push_subscriptions WHERE device_id = $1', [
        who.session.device.id,
      ])
    )[0];
  /** Everything that happened was looked at. */
  const settled = (who: Person) =>
    until('settled', async () => {
      const [behind] = await flits.query(
        `SELECT 1 FROM push_subscriptions s JOIN event_heads h ON h.person_id = s.person_id
         WHERE s.person_id = $1 AND (s.due_at IS NOT NULL OR h.head > s.looked_seq)`,
        [who.id],
      );
      return !behind;
    });
  const ttlOf = (push: Push) => Number(push.headers.ttl);
  const newFriend = async (): Promise<[Person, Subscription]> => {
    const person = await Person.signUp(flits.url);
    await anna.befriend(person);
    const subscription = service.subscribe();
    await register(person, subscription);
    return [person, subscription];
  };

  beforeAll(async () => {
    service = await PushService.start();
    flits = await TestFlits.start({ PUSH_ALLOWED_HOSTS: `127.0.0.1:${service.port}`, VAPID_SUBJECT: 'mailto:operator@example.net' });
    // Both applications of the process, and one window for a test.
    Object.assign(flits.flits.app.get(PushSettings, { strict: false }), {
      delaySeconds: DELAY.short,
      windowSeconds: WINDOW_SECONDS,
      gatherMs: 20,
      retrySeconds: 0.2,
    });
    [anna, ben] = await Person.friends(flits.url);
    const { body } = await ben.request<{ push: { webpush: { vapid_public_key: string } }; capabilities: string[] }>('GET', '/v1/server');
    expect(body.capabilities).toContain('push_webpush');
    publicKey = body.push.webpush.vapid_public_key;
    bens = service.subscribe();
    expect((await register(ben, bens)).status).toBe(204);
  });
  /** As if the delay were over. */
  const look = async (who: Person): Promise<void> => {
    const { id } = who.session.device;
    await until('due', async () => (await row(who))?.due_at);
    await flits.query('UPDATE push_subscriptions SET due_at = flits_now() WHERE device_id = $1', [id]);
    await flits.flits.app.get(WakeUps, { strict: false }).wake(id);
  };
  /** Not vacuous: the next one does come. */
  const nextComes = async (who: Person, subscription: Subscription): Promise<void> => {
    await anna.sendText('and this?', [who]);
    await look(who);
    expect(service.for(subscription).length).toBe(1);
  };
  const delay = (delaySeconds: number) => Object.assign(flits.flits.app.get(PushSettings, { strict: false }), { delaySeconds });
  beforeEach(() => {
    service.answer({ status: 201 });
    delay(DELAY.short);
  });
  afterAll(async () => {
    await flits.stop();
    await service.stop();
  });

  it('R32: is empty, encrypted, signed, and lives no longer than the snap', async () => {
    const { id } = await anna.sendText('for your eyes', [ben], { ttl_seconds: 600 });
    const push = await service.next(bens);
    expect(service.decrypt(push)).toEqual(Buffer.alloc(0));
    const claims = service.vapid(push, publicKey);
    expect([claims.aud, claims.sub]).toEqual([service.origin, 'mailto:operator@example.net']);
    expect(claims.exp * 1000 - flits.platform.clock.now()).toBeLessThanOrEqual(86_400_000);
    expect(ttlOf(push)).toBeGreaterThan(0);
    expect(ttlOf(push)).toBeLessThan(600);
    expect(push.headers).toMatchObject({ topic: 'flits', urgency: 'high', 'content-encoding': 'aes128gcm' });
    const said = JSON.stringify(push.headers);
    for (const secret of [id, anna.id, anna.handle, ben.id, ben.handle]) expect(said).not.toContain(secret);
    await settled(ben);
  });

  it('is one for everything of its window', async () => {
    delay(DELAY.none);
    const [cara, caras] = await newFriend();
    for (let count = 0; count < 5; count += 1) await anna.sendText(`${count}`, [cara]);
    const began = performance.now();
    await look(cara);
    expect(service.for(caras).length).toBe(1);
    delay(DELAY.short);
    await anna.sendText('once more', [cara]);
    await service.next(caras, 2);
    expect(performance.now() - began).toBeGreaterThanOrEqual(WINDOW_SECONDS * 1000 - 50);
    await settled(cara);
    expect(service.for(caras).length).toBe(2);
  });

  it('does not come where a device acked', async () => {
    delay(DELAY.none);
    const [cara, caras] = await newFriend();
    const tablet = await cara.onAnotherDevice();
    await anna.sendText('seen on the tablet', [cara]);
    const { seq } = await tablet.nextEvent('snap.received');
    await tablet.acknowledge(seq);
    await until(
      'written ack',
      async () => (await flits.query('SELECT 1 FROM devices WHERE person_id = $1 AND acked_seq >= $2', [cara.id, seq]))[0],
    );
    await look(cara);
    expect(service.for(caras).length).toBe(0);
    await nextComes(cara, caras);
  });

  it('does not come for what was unsent, opened or has expired meanwhile', async () => {
    delay(DELAY.none);
    const [cara, caras] = await newFriend();
    const unsent = await anna.sendText('no', [cara]);
    await anna.request('DELETE', `/v1/snaps/${unsent.id}`);
    const opened = await anna.sendText('opened', [cara], { view: { mode: 'once' } });
    await cara.open(opened.id);
    const expiring = await anna.sendText('soon gone', [cara], { ttl_seconds: 60 });
    await flits.query(`UPDATE mortal.snaps SET deadline = flits_now() WHERE id = $1`, [expiring.id]);
    await look(cara);
    expect(service.for(caras).length).toBe(0);
    await nextComes(cara, caras);
  });

  it('does not come from somebody muted, nor across a block', async () => {
    delay(DELAY.none);
    const [cara, caras] = await newFriend();
    await cara.request('PUT', `/v1/mutes/${anna.id}`);
    await anna.sendText('quiet', [cara]);
    await anna.request('POST', '/v1/groups', { body: { name: 'quiet', member_ids: [cara.id] } });
    await look(cara);
    await cara.request('DELETE', `/v1/mutes/${anna.id}`);
    const dan = await Person.signUp(flits.url);
    await dan.request('POST', '/v1/friend-requests', { body: { handle: cara.handle }, key: randomUUID() });
    await cara.request('POST', `/v1/blocks/${dan.id}`);
    await look(cara);
    expect(service.for(caras).length).toBe(0);
    await nextComes(cara, caras);
  });

  it('comes for somebody who asks to be a friend, and not for a story, a receipt or a friend who accepted', async () => {
    const [cara, caras] = await newFriend();
    await anna.sendTo({ story: 'friends' }, { text: 'to all' });
    const mine = await cara.sendText('from cara', [anna]);
    await anna.open(mine.id);
    await settled(cara);
    expect(service.for(caras).length).toBe(0);
    const dan = await Person.signUp(flits.url);
    await dan.request('POST', '/v1/friend-requests', { body: { handle: cara.handle }, key: randomUUID() });
    expect(service.decrypt(await service.next(caras))).toHaveLength(0);
  });

  it.each([404, 410])('prunes a subscription that is over (%i)', async (status) => {
    const [cara, caras] = await newFriend();
    service.answer({ status });
    await anna.sendText('hello?', [cara]);
    await service.next(caras);
    await until('pruned', async () => !(await row(cara)));
  });

  it.each([
    [429, { 'retry-after': '1' }],
    [503, undefined],
  ] as const)('tries again after a %i, while there is something to say', async (status, headers) => {
    const [cara, caras] = await newFriend();
    service.answer({ status, headers });
    await anna.sendText('again', [cara]);
    await service.next(caras, status === 429 ? 1 : 2);
    service.answer({ status: 201 });
    const seen = service.for(caras).length;
    await service.next(caras, seen + 1);
    await settled(cara);
    expect(await row(cara)).toMatchObject({ due_at: null, failures: 0 });
  });

  it('stops trying once the snap was unsent', async () => {
    const [cara, caras] = await newFriend();
    service.answer({ status: 500 });
    const { id } = await anna.sendText('again', [cara]);
    await service.next(caras);
    await anna.request('DELETE', `/v1/snaps/${id}`);
    await settled(cara);
    const seen = service.for(caras).length;
    service.answer({ status: 201 });
    await anna.sendText('new', [cara]);
    await service.next(caras, seen + 1);
  });

  it('gives up a subscription that is refused again and again', async () => {
    const [cara, caras] = await newFriend();
    service.answer({ status: 403 });
    await anna.sendText('no?', [cara]);
    await service.next(caras);
    await settled(cara);
    expect(await row(cara)).toMatchObject({ failures: 1 });
    await flits.query('UPDATE push_subscriptions SET failures = 7 WHERE person_id = $1', [cara.id]);
    await anna.sendText('no.', [cara]);
    await until('pruned', async () => !(await row(cara)));
  });

  it('is counted, by what became of it and nothing else', async () => {
    const text = await flits.platform.metrics.text();
    for (const outcome of ['sent', 'gone', 'throttled', 'unavailable', 'refused'])
      expect(text).toMatch(new RegExp(`^flits_push_total\\{provider="webpush",outcome="${outcome}"\\} [1-9]`, 'm'));
  });

  it('follows no redirect', async () => {
    const [cara, caras] = await newFriend();
    service.answer({ status: 307, headers: { location: `${service.origin}/elsewhere` } });
    await anna.sendText('there?', [cara]);
    await service.next(caras);
    await until('counted', async () => (await row(cara))?.failures === 1);
    expect(service.got.filter(({ path }) => path === '/elsewhere')).toEqual([]);
    await settled(cara);
  });

  it('reads no endless answer', async () => {
    const [cara, caras] = await newFriend();
    service.answer({ status: 201, endless: true });
    await anna.sendText('so long', [cara]);
    await service.next(caras);
    await settled(cara);
    expect(await row(cara)).toMatchObject({ failures: 0 });
  });

  it.each([
    ['log-out', (who: Person) => who.request('DELETE', '/v1/sessions/current')],
    ['the end of the account', (who: Person) => who.request('DELETE', '/v1/me')],
    ['turning it off', (who: Person) => who.request('DELETE', '/v1/devices/current/push')],
    [
      'a suspension, decided at the admin port',
      async (who: Person) => ({
        status: (await flits.flits.admin.get(Suspensions, { strict: false }).suspend(who.id, 'test')) ? 204 : 404,
      }),
    ],
  ] as const)('goes with %s, and what was on its way with it', async (_, end) => {
    delay(DELAY.none);
    const [cara, caras] = await newFriend();
    await anna.sendText('on its way', [cara]);
    await until('due', async () => (await row(cara))?.due_at);
    expect((await end(cara)).status).toBeLessThan(300);
    expect(await row(cara)).toBeUndefined();
    await flits.flits.app.get(WakeUps, { strict: false }).wake(cara.session.device.id);
    expect(service.for(caras).length).toBe(0);
  });

  it('an endpoint is of the device that named it last', async () => {
    const [cara, caras] = await newFriend();
    const dan = await Person.signUp(flits.url);
    await anna.befriend(dan);
    expect((await register(dan, caras)).status).toBe(204);
    expect(await row(cara)).toBeUndefined();
    await anna.sendText('for cara', [cara]);
    await anna.sendText('for dan', [dan]);
    await service.next(caras);
    await settled(dan);
    expect(service.for(caras).length).toBe(1);
  });

  it('devices that name the same endpoint at once, or each other’s, are all answered, and one has it', async () => {
    const devices = await Promise.all(Array.from({ length: 4 }, () => Person.signUp(flits.url)));
    const shared = [service.subscribe(), service.subscribe()];
    const puts = Array.from({ length: 24 }, (_, turn) => register(devices[turn % 4]!, shared[(turn + (turn >> 2)) % 2]!));
    expect(new Set((await Promise.all(puts)).map(({ status }) => status))).toEqual(new Set([204]));
    const ids = devices.map(({ session }) => session.device.id);
    const kept = await flits.query('SELECT 1 FROM push_subscriptions WHERE device_id = ANY ($1::uuid[])', [ids]);
    expect([1, 2]).toContain(kept.length);
  });

  it('is kept sealed, and shown to its person without the address', async () => {
    const [cara, { endpoint, keys }] = await newFriend();
    const [{ text }] = (await flits.query<{ text: string }>(
      `SELECT t::text || encode(target, 'escape') AS text FROM push_subscriptions t WHERE device_id = $1`,
      [cara.session.device.id],
    )) as [{ text: string }];
    for (const secret of [endpoint, new URL(endpoint).pathname, keys.auth, keys.p256dh]) expect(text).not.toContain(secret);
    await cara.request('POST', '/v1/sessions/reauth', { body: { password: cara.password } });
    const made = await cara.request<{ url: string }>('POST', '/v1/me/export');
    const fetched = await (await fetch(made.body.url)).text();
    expect(fetched).toContain(`127.0.0.1:${service.port}`);
    for (const secret of [new URL(endpoint).pathname, keys.auth]) expect(fetched).not.toContain(secret);
  });

  const good = () => service.subscribe();
  const hostile: readonly (readonly [string, () => object])[] = [
    ['plain http elsewhere', () => good0({ endpoint: 'http://push.example.net/x' })],
    ['loopback', () => good0({ endpoint: 'https://127.0.0.2/x' })],
    ['a private address', () => good0({ endpoint: 'https://10.1.2.3/x' })],
    ['a link-local address', () => good0({ endpoint: 'https://169.254.169.254/latest' })],
    ['an address in octal', () => good0({ endpoint: 'https://0177.0.0.2/x' })],
    ['an address as a number', () => good0({ endpoint: 'https://2130706434/x' })],
    ['IPv6 loopback', () => good0({ endpoint: 'https://[::1]/x' })],
    ['a mapped address', () => good0({ endpoint: 'https://[::ffff:10.0.0.1]/x' })],
    ['a translated address', () => good0({ endpoint: 'https://[64:ff9b::a00:1]/x' })],
    ['user and password', () => good0({ endpoint: 'https://a:b@push.example.net/x' })],
    ['another scheme', () => good0({ endpoint: 'file:///etc/passwd' })],
    ['no URL', () => good0({ endpoint: 'push' })],
    ['an endless endpoint', () => good0({ endpoint: `https://push.example.net/${'x'.repeat(2048)}` })],
    ['a key that is no point', () => good0({ keys: { ...good().keys, p256dh: Buffer.alloc(65, 4).toString('base64url') } })],
    ['a short key', () => good0({ keys: { ...good().keys, p256dh: 'BA' } })],
    ['a short secret', () => good0({ keys: { ...good().keys, auth: 'AA' } })],
    ['no keys', () => ({ endpoint: good().endpoint })],
    ['an unknown field', () => good0({ sender_id: 'x' })],
  ];
  const good0 = (change: object) => ({ ...good(), ...change });
  it.each(hostile)('refuses a subscription with %s', async (_, make) => {
    const subscription = make();
    const answer = await register(ben, subscription);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    expect(JSON.stringify(answer.body)).not.toContain('example');
  });

  it('another provider is none of this server', async () => {
    const answer = await ben.request('PUT', '/v1/devices/current/push', { body: { provider: 'fcm', token: 'x' } });
    expect(answer.status).toBe(422);
  });

  it('a hint that was lost costs time alone', async () => {
    const [cara, caras] = await newFriend();
    await flits.query(`SELECT append_events(ARRAY[$1::uuid], ARRAY['snap.received'], ARRAY[$2::uuid], ARRAY[$3::uuid])`, [
      cara.id,
      (await anna.sendText('x', [cara])).id,
      anna.id,
    ]);
    await settled(cara);
    await flits.query('UPDATE push_subscriptions SET looked_seq = 0, due_at = NULL, woken_at = NULL WHERE person_id = $1', [cara.id]);
    const seen = service.for(caras).length;
    await flits.flits.app.get(WakeTimes, { strict: false }).markMissed();
    await service.next(caras, seen + 1);
  });

  it('a job that runs ten times wakes up once, and one that was lost is made again', async () => {
    const [cara, caras] = await newFriend();
    delay(DELAY.none);
    await anna.sendText('x', [cara]);
    await until('due', async () => (await row(cara))?.due_at);
    delay(DELAY.short);
    await flits.query(`UPDATE push_subscriptions SET due_at = flits_now() - interval '1 minute' WHERE person_id = $1`, [cara.id]);
    const wakeUps = flits.flits.app.get(WakeUps, { strict: false });
    await Promise.all(Array.from({ length: 10 }, () => wakeUps.wake(cara.session.device.id)));
    await service.next(caras); // By a sweep of the worker's own, where that was faster.
    expect(service.for(caras).length).toBe(1);
    // As a worker leaves it that died before it could say that it had sent: at most once more, and that a window later.
    await flits.query(`UPDATE push_subscriptions SET looked_seq = 0, due_at = flits_now() - interval '6 seconds' WHERE person_id = $1`, [
      cara.id,
    ]);
    await flits.sweep();
    await service.next(caras, 2);
  });
});
