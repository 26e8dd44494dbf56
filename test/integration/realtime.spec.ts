import { randomUUID } from 'node:crypto';
import { Fault } from '../../src/platform/faults/index.js';
import { Limiter } from '../../src/platform/limits/index.js';
import { RealtimeSettings } from '../../src/features/realtime/realtime.settings.js';
import { Sockets } from '../../src/features/realtime/sockets.js';
import { Wheel } from '../../src/features/realtime/wheel.js';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { SocketClient, type EventFrame } from '../support/socket-client.js';
import { until } from '../support/until.js';

/** More than the system's own buffers hold of a socket that is not read. */
const MANY = 30_000;

/** Events that only the rows know of: nobody is hinted. */
async function appendSilently(flits: TestFlits, person: Person, count: number): Promise<void> {
  await flits.query(
    `SELECT append_events(array_fill($1::uuid, ARRAY[$2::int]), array_fill('session.revoked'::text, ARRAY[$2::int]),
       array_fill($3::uuid, ARRAY[$2::int]), array_fill(NULL::uuid, ARRAY[$2::int]))`,
    [person.id, count, randomUUID()],
  );
}

describe('realtime', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;
  const open: SocketClient[] = [];

  const connect = async (options?: Parameters<typeof SocketClient.connect>[1]) => kept(await SocketClient.connect(flits.url, options));
  const identified = async (who: Person, after?: number) => kept(await SocketClient.identified(flits.url, who.session.access_token, after));
  const kept = (client: SocketClient) => {
    open.push(client);
    return client;
  };
  const part = <T>(type: abstract new (...args: never[]) => T): T => flits.flits.app.get<T>(type, { strict: false });
  const pass = (seconds: number) => {
    for (let tick = 0; tick < seconds * 4; tick += 1) part(Wheel).tick();
  };

  beforeAll(async () => {
    flits = await TestFlits.start({ ALLOWED_ORIGINS: 'https://app.example' });
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(open.splice(0).map((client) => client.cut()));
    await until('an empty server', () => part(Sockets).size === 0); // The other end learns of a cut a moment later.
  });

  describe('events', () => {
    it('come as they happen, to every device, as in the inbox, and by the chain', async () => {
      const [phone, tablet] = [await identified(ben), await identified(await ben.onAnotherDevice())];
      const ready = phone.frames.find((frame) => frame.op === 'ready');
      expect(ready).toMatchObject({ user_id: ben.id, device_id: ben.session.device.id, resync: true });
      const { id } = await anna.sendText('hello', [ben]);
      const received = await phone.event('snap.received');
      expect(received.data).toEqual((await ben.inbox()).find((item) => item.snap_id === id));
      expect(JSON.stringify(received)).not.toContain('hello');
      expect((await tablet.event('snap.received')).data).toEqual(received.data);
      const next = await anna.sendText('again', [ben]);
      const second = await phone.event('snap.received', ({ data }) => data.snap_id === next.id);
      expect(second.prev).toBe(received.seq);
      expect(second.seq).toBeGreaterThan(received.seq);
    });

    it('that were missed come after identify, from the number the device has; what died meanwhile does not', async () => {
      const before = await identified(ben);
      const [kept, gone] = [await anna.sendText('kept', [ben]), await anna.sendText('gone', [ben])];
      const { seq } = await before.event('snap.received', ({ data }) => data.snap_id === kept.id);
      await before.event('snap.received', ({ data }) => data.snap_id === gone.id);
      await before.cut();
      await anna.request('DELETE', `/v1/snaps/${gone.id}`);
      const last = await anna.sendText('last', [ben]);
      const again = await identified(ben, seq - 1);
      await again.event('snap.received', ({ data }) => data.snap_id === last.id);
      const events = again.frames.flatMap((frame) => (frame.op === 'event' ? [frame] : []));
      expect(events.map(({ type, data }) => [type, data.snap_id])).toEqual([
        ['snap.received', kept.id],
        ['snap.withdrawn', gone.id],
        ['snap.received', last.id],
      ]);
      expect(events.map(({ prev }) => prev)).toEqual([seq - 1, ...events.slice(0, -1).map((event) => event.seq)]);
    });

    it('acked make a snap delivered, once, for its sender', async () => {
      const [sender, phone] = [await identified(anna), await identified(ben)];
      const { id } = await anna.sendText('for the ack', [ben]);
      const { seq } = await phone.event('snap.received');
      phone.ack(seq);
      phone.ack(seq);
      const isIt = ({ data }: EventFrame) => data.snap_id === id;
      expect((await sender.event('snap.delivered', isIt)).data).toEqual({ snap_id: id, user_id: ben.id });
      const [device] = await flits.query<{ acked_seq: string }>('SELECT acked_seq FROM devices WHERE id = $1', [ben.session.device.id]);
      expect(Number(device?.acked_seq)).toBe(seq);
      await sender.heartbeat();
      expect(sender.frames.filter((frame) => frame.op === 'event' && frame.type === 'snap.delivered' && isIt(frame))).toHaveLength(1);
    });

    it('acked by the first of several devices make it delivered; each device keeps a number of its own', async () => {
      const [from, to] = await Person.friends(flits.url);
      const other = await to.onAnotherDevice();
      const [sender, phone, tablet] = [await identified(from), await identified(to), await identified(other)];
      const { id } = await from.sendText('to both', [to]);
      const [{ seq }] = await Promise.all([phone.event('snap.received'), tablet.event('snap.received')]);
      const acked = async (device: string) =>
        Number((await flits.query<{ n: string }>('SELECT acked_seq AS n FROM devices WHERE id = $1', [device]))[0]?.n);
      tablet.ack(seq);
      await sender.event('snap.delivered', ({ data }) => data.snap_id === id);
      expect([await acked(other.session.device.id), await acked(to.session.device.id)]).toEqual([seq, 0]);
      phone.ack(seq);
      await until('the second ack', async () => (await acked(to.session.device.id)) === seq);
      await sender.heartbeat();
      expect(sender.frames.filter((frame) => frame.op === 'event' && frame.type === 'snap.delivered')).toHaveLength(1);
    });

    it('whose hint was lost come with the next heartbeat, before its answer', async () => {
      const phone = await identified(ben);
      const { head } = await phone.heartbeat();
      await appendSilently(flits, ben, 250);
      expect((await phone.heartbeat()).head).toBe(head + 250);
      expect(phone.seqs()).toEqual(Array.from({ length: 250 }, (_, index) => head + 1 + index));
    });

    it('come again on resume', async () => {
      const phone = await identified(ben);
      const { head } = await phone.heartbeat();
      await appendSilently(flits, ben, 3);
      await phone.heartbeat();
      expect(await phone.resume(head + 1)).toMatchObject({ head: head + 3, resync: false });
      await phone.heartbeat();
      expect(phone.seqs()).toEqual([1, 2, 3, 2, 3].map((n) => head + n));
    });

    it('wait while the log cannot be read, and none is skipped', async () => {
      const phone = await identified(ben);
      const { head } = await phone.heartbeat();
      await flits.asOwner('ALTER FUNCTION epoch_ms(timestamptz) RENAME TO epoch_ms_away');
      try {
        await appendSilently(flits, ben, 5);
        phone.say({ op: 'heartbeat' });
        expect(await phone.next('error')).toMatchObject({ code: 'unavailable' });
      } finally {
        await flits.asOwner('ALTER FUNCTION epoch_ms_away(timestamptz) RENAME TO epoch_ms');
      }
      await until('all events', () => {
        part(Wheel).tick();
        return phone.seqs().length === 5;
      });
      expect(phone.seqs()).toEqual([1, 2, 3, 4, 5].map((n) => head + n));
    });

    it('R1: reach nobody else', async () => {
      const stranger = await Person.signUp(flits.url);
      const [phone, other] = [await identified(ben), await identified(stranger)];
      await anna.sendText('private', [ben]);
      await phone.event('snap.received');
      await other.heartbeat();
      expect(other.seqs()).toEqual([]);
    });
  });

  describe('who may connect', () => {
    it.each(['no token at all', 'eyJhbGciOiJub25lIn0.e30.'])('R48: a bad token ends with 4401 (%s)', async (token) => {
      const client = await connect();
      client.say({ op: 'identify', token });
      expect(await client.next('error')).toMatchObject({ code: 'invalid_credentials' });
      expect(await client.closed).toBe(4401);
    });

    it('R48: whoever does not identify is closed with 4401', async () => {
      const client = await connect();
      await client.next('hello');
      pass(5);
      expect(await client.closed).toBe(4401);
    });

    it('R48: pages of other origins are closed with 4403 before a word is said, ours and apps are not', async () => {
      const evil = await connect({ origin: 'https://evil.example' });
      expect(await evil.closed).toBe(4403);
      expect(evil.frames).toEqual([]);
      for (const origin of ['https://app.example', new URL(flits.url).origin, undefined]) {
        const good = await connect({ origin });
        expect(await good.next('hello')).toMatchObject({ heartbeat_seconds: 30 });
      }
    });

    it.each([[['chat']], [[]]])('an unknown subprotocol is closed with 4406: %j', async (protocols) => {
      const client = await connect({ protocols });
      expect(await client.closed).toBe(4406);
      expect(client.frames).toEqual([]);
    });

    it('ours is chosen among several', async () => {
      const client = await connect({ protocols: ['chat', 'flits.v1.json'] });
      expect(client.socket.protocol).toBe('flits.v1.json');
      expect(client.socket.extensions).toBe('');
    });

    it('too many connections from one address are closed with 4429', async () => {
      const consume = jest.spyOn(part(Limiter), 'consume').mockRejectedValueOnce(new Fault('rate_limited', 'Slower.'));
      const client = await connect();
      expect(await client.closed).toBe(4429);
      expect(consume).toHaveBeenCalledWith('realtime_connect', expect.stringMatching(/^address:(127\.0\.0\.1|0:0:0:0::\/64)$/));
    });

    it('other paths are no sockets', async () => {
      const other = await SocketClient.connect(`${flits.url}/v1/elsewhere`);
      expect(await other.closed).toBe(1006);
    });
  });

  describe('bad input', () => {
    it.each([
      ['half a frame', '{"op":"heartbeat"', 4400],
      ['an unknown op', '{"op":"like"}', 4400],
      ['an unknown field', '{"op":"heartbeat","person":1}', 4400],
      ['a hostile depth', '['.repeat(60_000), 4400],
      ['bytes', Buffer.from('{"op":"heartbeat"}'), 4400],
      ['a frame above 64 KiB', ' '.repeat(64 * 1024 + 1), 1009],
    ])('R49: %s closes that socket alone', async (_, data, code) => {
      const [bad, good] = [await identified(ben), await identified(ben)];
      bad.sayRaw(data);
      expect(await bad.closed).toBe(code);
      await good.heartbeat();
    });

    it('R49: a frame of 64 KiB is still read', async () => {
      const client = await identified(ben);
      client.sayRaw(`{"op":"heartbeat"}${' '.repeat(64 * 1024 - 18)}`);
      await client.next('heartbeat_ack');
    });

    it('R49: a flood is closed with 4429', async () => {
      const client = await identified(ben);
      for (let n = 0; n < 100; n += 1) client.say({ op: 'heartbeat' });
      expect(await client.closed).toBe(4429);
    });
  });

  describe('ends', () => {
    it('R41, R50: the socket of a device that logs out, or is logged out by another, and no other', async () => {
      const [phone, tablet] = [await ben.onAnotherDevice(), await ben.onAnotherDevice()];
      const [first, second, third] = [await identified(ben), await identified(phone), await identified(tablet)];
      await phone.request('DELETE', '/v1/sessions/current');
      expect(await second.closed).toBe(4410);
      expect(await first.event('session.revoked')).toMatchObject({ data: { device_id: phone.session.device.id } });
      await ben.request('DELETE', `/v1/devices/${tablet.session.device.id}`);
      expect(await third.closed).toBe(4410);
      await first.heartbeat();
      const late = await connect();
      late.say({ op: 'identify', token: phone.session.access_token });
      expect(await late.next('error')).toMatchObject({ code: 'session_ended' });
      expect(await late.closed).toBe(4410);
    });

    it('R51: a half-open socket, which does not even answer the close', async () => {
      const phone = await identified(ben);
      phone.pause(); // Nothing comes from it any more, not even what its transport would answer.
      pass(45);
      expect(part(Sockets).identified).toBe(0);
      await until('cut socket', () => part(Sockets).size === 0);
      phone.read();
      expect(await phone.closed).toBe(4408);
    });

    it('R52: a reader that stopped reading, whatever waits for it', async () => {
      const reader = await Person.signUp(flits.url);
      const before = part(Sockets).identified;
      const slow = await identified(reader, 0);
      await slow.heartbeat();
      slow.pause();
      await appendSilently(flits, reader, MANY);
      let ticks = 0;
      await until('dropped reader', () => {
        if (ticks % 80 === 0) slow.say({ op: 'heartbeat' }); // Alive, but deaf.
        part(Wheel).tick();
        ticks += 1;
        return part(Sockets).identified === before;
      });
      slow.read();
      expect(await slow.closed).toBe(4409);
      const got = slow.seqs();
      expect(got.length).toBeLessThan(MANY);
      expect(got).toEqual(got.map((_, index) => index + 1));
      const again = await identified(reader, got.at(-1));
      expect((await again.heartbeat()).head).toBe(MANY);
      expect(again.seqs()[0]).toBe(got.length + 1);
    });

    it('R52: more than its bound in memory', async () => {
      const settings = part(RealtimeSettings);
      const { pauseAboveBytes, maxBufferedBytes } = settings;
      Object.assign(settings, { pauseAboveBytes: Infinity, maxBufferedBytes: 64 * 1024 });
      try {
        const reader = await Person.signUp(flits.url);
        const slow = await identified(reader, 0);
        slow.pause();
        await appendSilently(flits, reader, MANY);
        slow.say({ op: 'heartbeat' });
        await until('dropped reader', () => part(Sockets).identified === 0);
        slow.read();
        expect(await slow.closed).toBe(4409);
        expect(slow.seqs().length).toBeLessThan(MANY);
      } finally {
        Object.assign(settings, { pauseAboveBytes, maxBufferedBytes });
      }
    });
  });
});

describe('a server that goes down', () => {
  it('says when to come back, closes with 1012, and keeps the acks that it got', async () => {
    const flits = await TestFlits.start();
    const [anna, ben] = await Person.friends(flits.url);
    const phone = await SocketClient.identified(flits.url, ben.session.access_token);
    const stranger = await SocketClient.connect(flits.url);
    await stranger.next('hello');
    await anna.sendText('last words', [ben]);
    const { seq } = await phone.event('snap.received');
    phone.ack(seq);
    await phone.heartbeat(); // So that the ack has arrived.
    const query = flits.query.bind(flits);
    const acked = jest.spyOn(flits.platform.database, 'statement');
    stranger.pause(); // Its goodbye is waited for.
    const told = phone.next('reconnect');
    const stopping = flits.stop();
    await told;
    expect((await fetch(`${flits.url}/readyz`)).status).toBe(503); // By then whoever spreads the load knows as well.
    stranger.read();
    await stopping;
    expect(acked.mock.calls.some(([{ name }, values]) => name === 'snaps.ack' && values.flat().includes(seq))).toBe(true);
    for (const reconnect of [told, stranger.next('reconnect')]) {
      const { after_seconds } = await reconnect;
      expect(after_seconds).toBeGreaterThanOrEqual(1);
      expect(after_seconds).toBeLessThanOrEqual(30);
    }
    expect(await Promise.all([phone.closed, stranger.closed])).toEqual([1012, 1012]);
    await expect(query('SELECT 1')).rejects.toThrow();
  });
});
