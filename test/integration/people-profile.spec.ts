import { PasswordResets } from '../../src/features/people/index.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

describe('my account', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  const later = (person: Person) =>
    flits.query(`UPDATE devices SET reauthenticated_at = flits_now() - interval '301 seconds' WHERE person_id = $1`, [person.id]);

  it('changes what is named and nothing else', async () => {
    const anna = await Person.signUp(flits.url);
    const before = (await anna.request('GET', '/v1/me')).body;
    const named = await anna.request('PATCH', '/v1/me', { body: { display_name: 'Ánna 🐙' } });
    expect([named.status, named.body]).toEqual([200, { ...before, display_name: 'Ánna 🐙' }]);
    const rest = await anna.request('PATCH', '/v1/me', { body: { opened_receipts: false, view_time: 'x5' } });
    expect(rest.body).toEqual({ ...before, display_name: 'Ánna 🐙', opened_receipts: false, view_time: 'x5' });
    expect((await anna.request('PATCH', '/v1/me', { body: {} })).body).toEqual(rest.body);
    expect((await anna.request('GET', '/v1/me')).body).toEqual(rest.body);
  });

  it.each([
    [{ handle: 'other' }],
    [{ id: '00000000-0000-4000-8000-000000000000' }],
    [{ suspended_at: null }],
    [{ view_time: 'forever' }],
    [{ opened_receipts: 'no' }],
    [{ display_name: '' }],
    [{ display_name: null }],
  ])('R46: refuses %j', async (body) => {
    const anna = await Person.signUp(flits.url);
    expect((await anna.request('PATCH', '/v1/me', { body })).body.code).toBe('validation_failed');
  });

  it('R41: a new password ends every other session and its socket; the old one opens nothing any more', async () => {
    const anna = await Person.signUp(flits.url);
    const tablet = await anna.onAnotherDevice();
    const [mine, other] = await Promise.all([anna, tablet].map(({ session }) => SocketClient.identified(flits.url, session.access_token)));
    const changed = await anna.request('POST', '/v1/me/password', {
      body: { password: anna.password, new_password: 'wednesday lamp orbit' },
    });
    expect(changed.status).toBe(204);
    expect(await other!.closed).toBe(4410);
    await mine!.heartbeat();
    await mine!.close();
    expect((await anna.request('GET', '/v1/me')).status).toBe(200);
    expect((await tablet.request('GET', '/v1/me')).body.code).toBe('session_ended');
    const logIn = (password: string) => call(flits.url, 'POST', '/v1/sessions', { body: { handle: anna.handle, password } });
    expect((await logIn(anna.password)).status).toBe(401);
    expect((await logIn('wednesday lamp orbit')).status).toBe(201);
  });

  it('a new password needs the old one, within 5 minutes or in the call', async () => {
    const anna = await Person.signUp(flits.url);
    await later(anna);
    const change = (body: object) => anna.request('POST', '/v1/me/password', { body });
    const refused = await change({ new_password: 'wednesday lamp orbit' });
    expect([refused.status, refused.body.code]).toEqual([403, 'reauth_required']);
    expect((await change({ new_password: 'wednesday lamp orbit', password: 'not the one' })).body.code).toBe('invalid_credentials');
    expect((await change({ new_password: 'Password123' })).body.code).toBe('validation_failed');
    expect((await anna.request('POST', '/v1/sessions/reauth', { body: { password: anna.password } })).status).toBe(204);
    expect((await change({ new_password: anna.handle.toUpperCase() })).body.code).toBe('validation_failed');
    expect((await change({ new_password: 'wednesday lamp orbit' })).status).toBe(204);
  });

  it('of two changes at once one counts', async () => {
    const anna = await Person.signUp(flits.url);
    const answers = await Promise.all(
      ['wednesday lamp orbit', 'thursday lamp orbit'].map((new_password) =>
        anna.request('POST', '/v1/me/password', { body: { new_password } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401]);
  });

  describe("an operator's one-time code", () => {
    const reset = (reset_code: string, new_password = 'wednesday lamp orbit') =>
      call<{ code?: string; access_token: string; recovery_code: string }>(flits.url, 'POST', '/v1/sessions/reset', {
        body: { reset_code, new_password, device_name: 'New phone' },
      });

    it('lets its person back in once: all sessions end, there is a new recovery code', async () => {
      const resets = flits.flits.app.get(PasswordResets, { strict: false });
      const anna = await Person.signUp(flits.url);
      const first = (await resets.create(anna.id))!;
      const { code, url } = (await resets.create(anna.id))!;
      expect(url).toBe(`${flits.url}/reset#${code}`);
      expect(JSON.stringify(await flits.query('SELECT r::text FROM password_resets r'))).not.toContain(code);
      expect((await reset(first.code)).body.code).toBe('invalid_credentials'); // the one before is dead
      const answers = await Promise.all([reset(code), reset(code)]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
      const back = answers.find(({ status }) => status === 200)!.body;
      expect((await call(flits.url, 'GET', '/v1/me', { token: back.access_token })).status).toBe(200);
      await until('the end of the other session', async () => (await anna.request('GET', '/v1/me')).body.code === 'session_ended');
      const recovered = await call(flits.url, 'POST', '/v1/sessions/recover', {
        body: { handle: anna.handle, recovery_code: back.recovery_code, new_password: 'thursday lamp orbit' },
      });
      expect(recovered.status).toBe(200);
      expect((await reset(code)).status).toBe(401);
    });

    it('is of no use to nobody, past its time, or with a poor password', async () => {
      const resets = flits.flits.app.get(PasswordResets, { strict: false });
      expect(await resets.create('00000000-0000-4000-8000-000000000000')).toBeUndefined();
      const anna = await Person.signUp(flits.url);
      const { code } = (await resets.create(anna.id))!;
      expect((await reset(code, 'Password123')).body.code).toBe('validation_failed');
      expect((await reset(code, anna.handle)).body.code).toBe('validation_failed');
      await flits.query('UPDATE password_resets SET expires_at = flits_now()');
      expect((await reset(code)).body.code).toBe('invalid_credentials');
      await flits.sweep();
      expect(await flits.query('SELECT 1 FROM password_resets')).toEqual([]);
    });
  });
});
