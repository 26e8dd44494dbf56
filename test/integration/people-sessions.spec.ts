import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Authenticator } from '../../src/platform/http/index.js';
import { SessionWatch } from '../../src/features/people/index.js';
import { PeopleSweeps } from '../../src/features/people/people.sweeps.js';
import { TestFlits } from '../support/flits.js';
import { call, Person, type Answer } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

interface Tokens {
  readonly code?: string;
  readonly detail?: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly device: { readonly id: string };
  readonly devices?: { readonly id: string; readonly name: string }[];
  readonly recovery_code: string;
}

describe('sessions', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
    await flits.stopWorker(); // Its sweeps ask about devices as well.
  });
  afterAll(() => flits.stop());

  const post = (path: string, body: unknown, token?: string): Promise<Answer<Tokens>> =>
    call<Tokens>(flits.url, 'POST', path, { body, token });
  const refresh = (refresh_token: string) => post('/v1/sessions/refresh', { refresh_token });
  const logIn = (body: Record<string, unknown>) => post('/v1/sessions', body);
  const me = async (token: string) => {
    const { status, body } = await call(flits.url, 'GET', '/v1/me', { token });
    return status === 200 ? 'ok' : body.code;
  };
  /** R41: within five seconds. @returns its close code */
  const endOf = (socket: SocketClient) => Promise.race([socket.closed, delay(5000, 'still open', { ref: false })]);
  const devicesOf = (person: Person) => person.request<{ items: { id: string; name: string; current: boolean }[] }>('GET', '/v1/devices');
  const eventsOf = async (person: Person, token = person.session.access_token) => {
    const { body } = await call<{ items: { type: string; data: unknown }[] }>(flits.url, 'GET', '/v1/events?after=0', { token });
    return body.items.filter(({ type }) => type === 'session.revoked').map(({ data }) => data);
  };

  describe('refresh', () => {
    it('R39: gives the next pair, each of which works', async () => {
      const person = await Person.signUp(flits.url);
      let token = person.session.refresh_token;
      for (let n = 0; n < 5; n += 1) {
        const { status, body } = await refresh(token);
        expect(status).toBe(200);
        expect(body.refresh_token).not.toBe(token);
        expect(await me(body.access_token)).toBe('ok');
        token = body.refresh_token;
      }
    });

    it('R39: a lost answer is given again, the same, as often as it is asked for', async () => {
      const person = await Person.signUp(flits.url);
      const answers = [];
      for (let n = 0; n < 3; n += 1) answers.push(await refresh(person.session.refresh_token));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      expect((await refresh(answers[0]!.body.refresh_token)).status).toBe(200);
    });

    it('R39: ten at once with one token are one rotation', async () => {
      const person = await Person.signUp(flits.url);
      const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(person.session.refresh_token)));
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    });

    it('R39: a token left behind ends the session, its successors and its socket with it', async () => {
      const person = await Person.signUp(flits.url);
      const other = await person.onAnotherDevice();
      const first = person.session.refresh_token;
      const second = (await refresh(first)).body;
      const third = (await refresh(second.refresh_token)).body;
      const socket = await SocketClient.identified(flits.url, third.access_token);
      const reuse = await refresh(first);
      expect([reuse.status, reuse.body.code]).toEqual([401, 'session_ended']);
      expect((await refresh(third.refresh_token)).body.code).toBe('session_ended');
      expect(await endOf(socket)).toBe(4410);
      await until('the end of the session', async () => (await me(third.access_token)) === 'session_ended');
      expect(await me(other.session.access_token)).toBe('ok');
      expect(await eventsOf(other)).toEqual([{ device_id: person.session.device.id }]);
    });

    it('a token from the future, as after a restore of an older database, ends the session', async () => {
      const person = await Person.signUp(flits.url);
      let token = person.session.refresh_token;
      for (let n = 0; n < 3; n += 1) token = (await refresh(token)).body.refresh_token;
      await flits.query('UPDATE devices SET refresh_generation = 1 WHERE id = $1', [person.session.device.id]);
      expect((await refresh(token)).body.code).toBe('session_ended');
    });

    it.each(['', 'x', 'A'.repeat(70), `${'A'.repeat(69)}!`])('R62: %j is nobody’s', async (token) => {
      const { status } = await refresh(token);
      expect(status).toBe(token === '' ? 422 : 401);
    });

    it('an access token refreshes nothing, and a refresh token opens nothing', async () => {
      const { session } = await Person.signUp(flits.url);
      expect((await post('/v1/sessions/refresh', { refresh_token: session.access_token })).status).not.toBe(200);
      expect(await me(session.refresh_token)).toBe('invalid_credentials');
    });
  });

  describe('login', () => {
    it('R36: an unknown handle and a wrong password read the same', async () => {
      const { handle } = await Person.signUp(flits.url);
      const wrong = await logIn({ handle, password: 'not the password' });
      const unknown = await logIn({ handle: 'nobody.here', password: 'not the password' });
      const without = ({ status, body }: Answer<Tokens>) => ({ status, ...body, request_id: undefined });
      expect(without(wrong)).toEqual(without(unknown));
      expect(wrong.body.code).toBe('invalid_credentials');
      expect([...wrong.headers.keys()]).toEqual([...unknown.headers.keys()]);
    });

    it('R36: takes no less time for an unknown handle than for a wrong password', async () => {
      const anna = await Person.signUp(flits.url);
      const time = async (handle: string) => {
        const before = performance.now();
        const answer = await call(flits.url, 'POST', '/v1/sessions', { body: { handle, password: 'wrong pass' } });
        expect(answer.body.code).toBe('invalid_credentials');
        return performance.now() - before;
      };
      const times = { known: [] as number[], unknown: [] as number[] };
      for (let n = 0; n < 30; n += 1) {
        // In turns, so that a machine that grows slower does so for both.
        const turns = [
          ['known', anna.handle],
          ['unknown', `nobody_${n}`],
        ] as const;
        for (const [which, handle] of n % 2 ? turns : turns.toReversed()) times[which].push(await time(handle));
      }
      const slower = times.known.filter((ms, n) => ms > times.unknown[n]!).length;
      const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
      // A coin thrown thirty times falls outside of this once in a million, and without the work one takes a multiple; less than a
      // tenth, however regular, is a row more or less to read.
      const tells = (slower <= 2 || slower >= 28) && Math.max(known, unknown) / Math.min(known, unknown) > 1.1;
      expect({ slower, known, unknown, tells }).toMatchObject({ tells: false });
    });

    it('R36: the same for recovery', async () => {
      const { handle } = await Person.signUp(flits.url);
      const form = { recovery_code: '00000-00000-00000-00000-00000', new_password: 'wednesday lamp orbit' };
      const [wrong, unknown] = [
        await post('/v1/sessions/recover', { handle, ...form }),
        await post('/v1/sessions/recover', { handle: 'nobody.here', ...form }),
      ];
      expect([wrong.status, wrong.body.code, wrong.body.detail]).toEqual([unknown.status, unknown.body.code, unknown.body.detail]);
      expect(wrong.status).toBe(401);
    });

    it('R41: at five devices lists them; one may be replaced, which ends its session, and only one’s own', async () => {
      const person = await Person.signUp(flits.url);
      const stranger = await Person.signUp(flits.url);
      const form = { handle: person.handle, password: person.password };
      let last: Tokens | undefined;
      for (let n = 2; n <= 5; n += 1) {
        const { status, body } = await logIn({ ...form, device_name: `phone ${n}` });
        expect(status).toBe(201);
        last = body;
      }
      const socket = await SocketClient.identified(flits.url, last!.access_token);
      const sixth = await logIn(form);
      expect([sixth.status, sixth.body.code]).toEqual([409, 'device_limit']);
      expect(sixth.body.devices).toHaveLength(5);
      expect(sixth.body.devices?.map(({ name }) => name)).toContain('phone 5');
      expect((await logIn({ ...form, replace_device_id: stranger.session.device.id })).body.code).toBe('device_limit');
      expect(await me(stranger.session.access_token)).toBe('ok');
      const replaced = sixth.body.devices!.find(({ name }) => name === 'phone 5')!;
      expect((await logIn({ ...form, replace_device_id: replaced.id })).status).toBe(201);
      expect(await endOf(socket)).toBe(4410);
      await until('the end of its session', async () => (await me(last!.access_token)) === 'session_ended');
      expect((await refresh(last!.refresh_token)).body.code).toBe('session_ended');
      const { body } = await devicesOf(person);
      expect(body.items).toHaveLength(5);
      expect(body.items.map(({ id }) => id)).not.toContain(replaced.id);
    });

    it('ten at once never make more than five devices', async () => {
      const person = await Person.signUp(flits.url);
      const answers = await Promise.all(Array.from({ length: 10 }, () => logIn({ handle: person.handle, password: person.password })));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
      expect((await devicesOf(person)).body.items).toHaveLength(5);
    });

    it('a suspended person gets in neither by password nor by refreshing', async () => {
      const person = await Person.signUp(flits.url);
      await flits.query('UPDATE people SET suspended_at = flits_now() WHERE id = $1', [person.id]);
      expect((await logIn({ handle: person.handle, password: person.password })).body.code).toBe('suspended');
      expect((await logIn({ handle: person.handle, password: 'not the password' })).body.code).toBe('invalid_credentials');
      expect((await refresh(person.session.refresh_token)).body.code).toBe('suspended');
    });
  });

  describe('recovery', () => {
    it('ends all sessions, changes the password, uses the code up and gives a new one', async () => {
      const handle = `lost_${randomUUID().slice(0, 8)}`;
      const { body: made } = await call<Tokens>(flits.url, 'POST', '/v1/accounts', {
        body: { handle, password: 'tuesday lamp orbit' },
        key: randomUUID(),
      });
      const { body: second } = await logIn({ handle, password: 'tuesday lamp orbit' });
      const socket = await SocketClient.identified(flits.url, second.access_token);
      const form = { handle, recovery_code: made.recovery_code.toLowerCase(), new_password: 'wednesday lamp orbit' };
      const { status, body } = await post('/v1/sessions/recover', form);
      expect(status).toBe(200);
      expect(await socket.closed).toBe(4410);
      expect(body.recovery_code).not.toBe(made.recovery_code);
      expect(await me(body.access_token)).toBe('ok');
      for (const { access_token } of [made, second])
        await until('the end of a session', async () => (await me(access_token)) === 'session_ended');
      expect((await refresh(second.refresh_token)).body.code).toBe('session_ended');
      expect((await logIn({ handle, password: 'tuesday lamp orbit' })).status).toBe(401);
      expect((await logIn({ handle, password: 'wednesday lamp orbit' })).status).toBe(201);
      expect((await post('/v1/sessions/recover', form)).status).toBe(401);
    });

    it('one code, used by many at once, lets one in', async () => {
      const handle = `lost_${randomUUID().slice(0, 8)}`;
      const { body: made } = await call<Tokens>(flits.url, 'POST', '/v1/accounts', {
        body: { handle, password: 'tuesday lamp orbit' },
        key: randomUUID(),
      });
      const form = { handle, recovery_code: made.recovery_code, new_password: 'wednesday lamp orbit' };
      const answers = await Promise.all(Array.from({ length: 5 }, () => post('/v1/sessions/recover', form)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    });
  });

  describe('the end', () => {
    it('R41: of the current session is felt at once, in this process and in those that heard no hint', async () => {
      const person = await Person.signUp(flits.url);
      const other = await person.onAnotherDevice();
      expect((await person.request('DELETE', '/v1/sessions/current')).status).toBe(204);
      await until('the end', async () => (await me(person.session.access_token)) === 'session_ended');
      expect(await me(other.session.access_token)).toBe('ok');
      // Written by another process whose hint was lost: the poll finds it.
      const deviceId = other.session.device.id;
      const watch = flits.flits.app.get(SessionWatch, { strict: false });
      const heard = new Promise<void>((resolve) => watch.onEnded((ended) => ended.includes(deviceId) && resolve()));
      await flits.query('UPDATE devices SET ended_at = flits_now() WHERE id = $1', [deviceId]);
      await heard;
      expect(await me(other.session.access_token)).toBe('session_ended');
    });

    it('of another device needs the password of the last five minutes', async () => {
      const person = await Person.signUp(flits.url);
      const other = await person.onAnotherDevice();
      await flits.query(`UPDATE devices SET reauthenticated_at = flits_now() - interval '301 seconds' WHERE id = $1`, [
        person.session.device.id,
      ]);
      const end = () => person.request('DELETE', `/v1/devices/${other.session.device.id}`);
      const refused = await end();
      expect([refused.status, refused.body.code]).toEqual([403, 'reauth_required']);
      expect((await person.request('POST', '/v1/sessions/reauth', { body: { password: 'wrong' } })).status).toBe(401);
      expect((await end()).status).toBe(403);
      expect((await person.request('POST', '/v1/sessions/reauth', { body: { password: person.password } })).status).toBe(204);
      expect((await end()).status).toBe(204);
      expect((await end()).status).toBe(404);
      await until('the end', async () => (await me(other.session.access_token)) === 'session_ended');
      expect(await eventsOf(person)).toEqual([{ device_id: other.session.device.id }]);
    });

    it('R1: of a stranger’s device is the same 404 as of none', async () => {
      const [person, stranger] = await Promise.all([Person.signUp(flits.url), Person.signUp(flits.url)]);
      const answers = [
        await person.request('DELETE', `/v1/devices/${stranger.session.device.id}`),
        await person.request('DELETE', `/v1/devices/${randomUUID()}`),
      ];
      expect(answers.map(({ status, body }) => [status, body.code, body.detail])).toEqual(
        Array(2).fill([404, 'not_found', expect.any(String)]),
      );
      expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
      expect(await me(stranger.session.access_token)).toBe('ok');
    });

    it('devices are listed to their person, the current one marked', async () => {
      const person = await Person.signUp(flits.url);
      const other = await person.onAnotherDevice();
      const { body } = await devicesOf(other);
      expect(body.items.map(({ id, current }) => [id, current])).toEqual([
        [person.session.device.id, false],
        [other.session.device.id, true],
      ]);
    });

    it('R27: sessions idle for 90 days end by themselves, and their rows go a day later', async () => {
      const person = await Person.signUp(flits.url);
      const other = await person.onAnotherDevice();
      const id = other.session.device.id;
      const sweeps = flits.flits.app.get(PeopleSweeps, { strict: false });
      await flits.query(`UPDATE devices SET refreshed_at = flits_now() - interval '91 days' WHERE id = $1`, [id]);
      await sweeps.endIdle();
      expect((await refresh(other.session.refresh_token)).body.code).toBe('session_ended');
      expect(await me(person.session.access_token)).toBe('ok');
      await flits.query(`UPDATE devices SET ended_at = flits_now() - interval '25 hours' WHERE id = $1`, [id]);
      await sweeps.deleteEnded();
      expect(await flits.query('SELECT id FROM devices WHERE person_id = $1', [person.id])).toEqual([{ id: person.session.device.id }]);
      expect((await refresh(other.session.refresh_token)).body.code).toBe('session_ended');
    });
  });

  it('the ordinary request asks no database who is signed in', async () => {
    const person = await Person.signUp(flits.url);
    const authenticator = flits.flits.app.get(Authenticator, { strict: false });
    await flits.flits.app.get(SessionWatch, { strict: false }).poll();
    const statement = jest.spyOn(flits.platform.database, 'statement');
    const query = jest.spyOn(flits.platform.database, 'query');
    for (let n = 0; n < 20; n += 1) await authenticator.authenticate(person.session.access_token);
    const asked = [...statement.mock.calls.map(([{ name }]) => name), ...query.mock.calls.map(([text]) => text)];
    jest.restoreAllMocks();
    expect(asked.filter((text) => /devices|session_alive/.test(text))).toEqual([]);
  });

  it('R40: a token past its time is refused by the database’s clock', async () => {
    const person = await Person.signUp(flits.url);
    await flits.shiftClock(901);
    try {
      expect(await me(person.session.access_token)).toBe('token_expired');
      const { body } = await refresh(person.session.refresh_token);
      expect(await me(body.access_token)).toBe('ok');
    } finally {
      await flits.shiftClock(0);
    }
  });
});
