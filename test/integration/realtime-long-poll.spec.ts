import { Hearers } from '../../src/features/realtime/hearers.js';
import { Person, type Answer } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { SocketClient, type EventFrame } from '../support/socket-client.js';
import { until } from '../support/until.js';

interface Events {
  readonly items: { seq: number; type: string; at: string; data: { snap_id?: string } }[];
  readonly next_after: number;
  readonly resync: boolean;
}

describe('GET /v1/events', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  const poll = (who: Person, query = ''): Promise<Answer<Events>> => who.request<Events>('GET', `/v1/events${query}`);
  const server_time = expect.any(String) as string;
  const head = async () => (await poll(ben)).body.next_after;
  /** Whether somebody waits; telling a number of the past wakes nobody. */
  const isWaiting = (who: Person) => flits.flits.app.get(Hearers, { strict: false }).tell(who.id, 0) > 0;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());

  it('starts from the head without `after`', async () => {
    expect((await poll(ben)).body).toEqual({ items: [], next_after: expect.any(Number) as number, resync: true, server_time });
  });

  it('gives the same events as the socket, not to be kept by anyone', async () => {
    const after = await head();
    const socket = await SocketClient.identified(flits.url, ben.session.access_token, after);
    await anna.sendText('one', [ben]);
    await anna.sendText('two', [ben]);
    const frames: EventFrame[] = [await socket.event('snap.received'), await socket.event('snap.received')];
    await socket.close();
    const answer = await poll(ben, `?after=${after}&wait_seconds=0`);
    expect(answer.body.items).toEqual(frames.map(({ seq, type, at, data }) => ({ seq, type, at, data })));
    expect(answer.body).toMatchObject({ next_after: frames[1]?.seq, resync: false });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('waits for what comes', async () => {
    const after = await head();
    const waiting = poll(ben, `?after=${after}&wait_seconds=30`);
    await until('waiting', () => isWaiting(ben));
    const { id } = await anna.sendText('now', [ben]);
    const { body } = await waiting;
    expect(body.items).toMatchObject([{ type: 'snap.received', data: { snap_id: id } }]);
    expect(isWaiting(ben)).toBe(false);
  });

  it('tells the sender that it is delivered once the device asks on from it', async () => {
    const after = await head();
    const { id } = await anna.sendText('here?', [ben]);
    const state = async () => (await anna.request<{ deliveries: { state: string }[] }>('GET', `/v1/snaps/${id}`)).body.deliveries[0]?.state;
    const { next_after } = (await poll(ben, `?after=${after}`)).body;
    expect(await state()).toBe('accepted'); // What an answer said may have been lost with it.
    await poll(ben, `?after=${next_after}`);
    await until('delivered', async () => (await state()) === 'delivered');
  });

  it('answers with nothing when the time is up', async () => {
    const after = await head();
    expect((await poll(ben, `?after=${after}&wait_seconds=1`)).body).toEqual({ items: [], next_after: after, resync: false, server_time });
  });

  it('asks for a resync where `after` is above the head', async () => {
    expect((await poll(ben, '?after=999999&wait_seconds=30')).body).toEqual({
      items: [],
      next_after: await head(),
      resync: true,
      server_time,
    });
  });

  it('R50: ends with the session', async () => {
    const phone = await ben.onAnotherDevice();
    const waiting = poll(phone, `?after=${await head()}&wait_seconds=30`);
    await until('waiting', () => isWaiting(ben));
    await phone.request('DELETE', '/v1/sessions/current');
    const answer = await waiting;
    // Not the `session.revoked` that the log has for the person's other devices, even where the log is read before the hint comes.
    expect([answer.status, (answer.body as unknown as { code: string }).code]).toEqual([401, 'session_ended']);
    const revoked = await flits.query(`SELECT device_id FROM mortal.events WHERE type = 'session.revoked' AND owner_id = $1`, [ben.id]);
    expect(revoked).toEqual([{ device_id: phone.session.device.id }]);
  });

  it('forgets who went away', async () => {
    const gone = new AbortController();
    const waiting = fetch(`${flits.url}/v1/events?after=${await head()}&wait_seconds=30`, {
      headers: { authorization: `Bearer ${ben.session.access_token}` },
      signal: gone.signal,
    });
    const failed = expect(waiting).rejects.toThrow();
    await until('waiting', () => isWaiting(ben));
    gone.abort();
    await failed;
    await until('forgotten', () => !isWaiting(ben));
  });

  it.each(['?after=-1', '?after=x', '?after=1.5', '?wait_seconds=31', '?wait_seconds=-1', '?limit=5'])('refuses %s', async (query) => {
    const { status, body } = await poll(ben, query);
    expect([status, (body as unknown as { code: string }).code]).toEqual([422, 'validation_failed']);
  });

  it('needs a token', async () => {
    expect((await fetch(`${flits.url}/v1/events`)).status).toBe(401);
  });
});

it('a server that goes down answers who waits', async () => {
  const flits = await TestFlits.start();
  const ben = await Person.signUp(flits.url);
  const waiting = ben.request<Events>('GET', '/v1/events?after=0&wait_seconds=30');
  await until('waiting', () => flits.flits.app.get(Hearers, { strict: false }).tell(ben.id, 0) > 0);
  await flits.stop();
  expect((await waiting).body.items).toEqual([]);
});
