import { randomUUID } from 'node:crypto';
import { TestFlits } from '../support/flits.js';
import { call, type Answer } from '../support/person.js';

interface NewSession {
  readonly code?: string;
  readonly user: { readonly id: string; readonly handle: string; readonly display_name: string };
  readonly device: { readonly id: string; readonly name: string };
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in_seconds: number;
  readonly recovery_code: string;
  readonly errors?: { readonly pointer: string; readonly code: string }[];
}

const PASSWORD = 'tuesday lamp orbit';
let next = 0;
const freshHandle = () => `person_${(next += 1)}`;

describe('accounts', () => {
  let flits: TestFlits;
  beforeAll(async () => {
    flits = await TestFlits.start({ MIN_AGE: '16' });
  });
  afterAll(() => flits.stop());

  const signUp = (body: Record<string, unknown>, key: string | undefined = randomUUID()): Promise<Answer<NewSession>> =>
    call<NewSession>(flits.url, 'POST', '/v1/accounts', { body, key });
  const logIn = (handle: string, password = PASSWORD) =>
    call<NewSession>(flits.url, 'POST', '/v1/sessions', { body: { handle, password } });
  const faultsOf = ({ body }: Answer<NewSession>) => body.errors?.map(({ pointer, code }) => [pointer, code]);

  it('are made with a session on a first device', async () => {
    const { status, body } = await signUp({ handle: 'zoe.1', password: PASSWORD, display_name: 'Zoë 😀', device_name: 'Fairphone' });
    expect(status).toBe(201);
    expect(body).toEqual({
      user: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, handle: 'zoe.1', display_name: 'Zoë 😀' },
      device: { id: expect.any(String) as string, name: 'Fairphone' },
      access_token: expect.any(String) as string,
      refresh_token: expect.any(String) as string,
      expires_in_seconds: 900,
      recovery_code: expect.stringMatching(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/) as string,
    });
    const me = await call(flits.url, 'GET', '/v1/me', { token: body.access_token });
    expect(me.body).toEqual({
      id: body.user.id,
      handle: 'zoe.1',
      display_name: 'Zoë 😀',
      created_at: expect.stringMatching(/Z$/) as string,
      opened_receipts: true,
      view_time: 'as_sent',
    });
  });

  it('R42: passwords are kept as argon2id with 19 MiB, two passes, one lane; recovery codes as a hash', async () => {
    const { body } = await signUp({ handle: freshHandle(), password: PASSWORD });
    const [row] = await flits.query<{ password_hash: string; recovery_hash: string }>('SELECT * FROM people WHERE id = $1', [body.user.id]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$/);
    expect(JSON.stringify(row)).not.toContain(body.recovery_code);
  });

  it.each<[string, Record<string, unknown>, [string, string][]]>([
    ['a short handle', { handle: 'ab' }, [['/handle', 'wrong_format']]],
    ['capitals', { handle: 'Alice' }, [['/handle', 'wrong_format']]],
    ['a handle with a line end', { handle: 'alice\n' }, [['/handle', 'wrong_format']]],
    ['a reserved handle', { handle: 'ad_min' }, [['/handle', 'reserved']]],
    ['a short password', { password: 'seven77' }, [['/password', 'too_small']]],
    ['a long password', { password: 'x'.repeat(257) }, [['/password', 'too_big']]],
    ['a common password', { password: 'Password123' }, [['/password', 'too_common']]],
    ['the handle as password', { handle: 'tuesday_lamp', password: 'Tuesday_Lamp' }, [['/password', 'too_common']]],
    ['a blank name', { display_name: ' \u200b' }, [['/display_name', 'blank']]],
    ['NUL in a name', { display_name: 'a\0' }, [['/display_name', 'nul_character']]],
    ['a day that is none', { birth_date: '2001-02-29' }, [['/birth_date', 'wrong_format']]],
    ['too few years', { birth_date: '2020-01-01' }, [['/birth_date', 'too_young']]],
    [
      'a field too many',
      { role: 'admin', id: randomUUID() },
      [
        ['/role', 'unknown_field'],
        ['/id', 'unknown_field'],
      ],
    ],
    ['a number for a word', { password: 12345678 }, [['/password', 'wrong_type']]],
  ])('R46: are refused with %s', async (_, change, faults) => {
    const answer = await signUp({ handle: freshHandle(), password: PASSWORD, ...change });
    expect([answer.status, faultsOf(answer)]).toEqual([422, faults]);
  });

  it('R42: take passwords of 8 to 256 characters, whatever their alphabet', async () => {
    for (const password of ['x9!kq2#z', '文字化けしない合言葉', 'a'.repeat(64), '😀'.repeat(256)]) {
      const handle = freshHandle();
      expect((await signUp({ handle, password })).status).toBe(201);
      expect((await logIn(handle, password)).status).toBe(201);
      expect((await logIn(handle, `${password} `)).status).toBe(password.length > 256 ? 422 : 401);
    }
  });

  it('one password, however a keyboard composes it', async () => {
    const handle = freshHandle();
    await signUp({ handle, password: 'crème brûlée'.normalize('NFC') });
    expect((await logIn(handle, 'crème brûlée'.normalize('NFD'))).status).toBe(201);
  });

  it('a handle has one owner, however many want it at once', async () => {
    const handle = freshHandle();
    const answers = await Promise.all(Array.from({ length: 8 }, () => signUp({ handle, password: PASSWORD })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('handle_taken');
  });

  it('need an Idempotency-Key', async () => {
    const answer = await call<NewSession>(flits.url, 'POST', '/v1/accounts', { body: { handle: freshHandle(), password: PASSWORD } });
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency_key_required']);
  });

  it('told twice with one key are one account: fresh tokens, a new recovery code that works, the old one gone', async () => {
    const form = { handle: freshHandle(), password: PASSWORD };
    const key = randomUUID();
    const [first, second] = [await signUp(form, key), await signUp(form, key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.user).toEqual(first.body.user);
    expect(second.body.device).toEqual(first.body.device);
    expect(second.body.recovery_code).not.toBe(first.body.recovery_code);
    expect((await call(flits.url, 'GET', '/v1/me', { token: second.body.access_token })).status).toBe(200);
    const recover = (recovery_code: string) =>
      call(flits.url, 'POST', '/v1/sessions/recover', {
        body: { handle: form.handle, recovery_code, new_password: 'wednesday lamp orbit' },
      });
    expect((await recover(first.body.recovery_code)).status).toBe(401);
    expect((await recover(second.body.recovery_code)).status).toBe(200);
    const [{ n }] = (await flits.query('SELECT count(*)::int AS n FROM people WHERE handle = $1', [form.handle])) as [{ n: number }];
    expect(n).toBe(1);
  });

  it('told twice with another password or body are refused, and nothing changes', async () => {
    const form = { handle: freshHandle(), password: PASSWORD };
    const key = randomUUID();
    const first = await signUp(form, key);
    expect((await signUp({ ...form, password: 'another lamp orbit' }, key)).body.code).toBe('invalid_credentials');
    expect((await signUp({ ...form, display_name: 'Other' }, key)).body.code).toBe('idempotency_key_reused');
    expect((await signUp({ ...form, handle: freshHandle() }, key)).status).toBe(201); // another handle is another scope
    const answer = await call(flits.url, 'POST', '/v1/sessions/recover', {
      body: { handle: form.handle, recovery_code: first.body.recovery_code, new_password: 'wednesday lamp orbit' },
    });
    expect(answer.status).toBe(200);
  });

  it('told twice at once are one account', async () => {
    const form = { handle: freshHandle(), password: PASSWORD };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(form, key)));
    const codes = answers.map(({ status, body }) => (status === 201 ? 'made' : body.code));
    expect(codes).toContain('made');
    expect(codes.every((code) => code === 'made' || code === 'in_flight')).toBe(true);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.device.id)).size).toBe(1);
  });

  it('R46: answers say what they should and nothing more', async () => {
    const { body } = await signUp({ handle: freshHandle(), password: PASSWORD, birth_date: '1990-05-05' });
    expect(JSON.stringify(body)).not.toMatch(/hash|birth|argon/);
  });

  it('R33: neither password nor code nor token is in any answer to a wrong request', async () => {
    const answer = await signUp({ handle: freshHandle(), password: 'p4ssw0rd!!', secret_token: 'tok' });
    expect(JSON.stringify(answer.body)).not.toMatch(/p4ssw0rd|"tok"/);
  });
});

describe('a closed server', () => {
  it.each(['closed', 'invite'])('(%s) takes no accounts', async (registration) => {
    const flits = await TestFlits.start({ REGISTRATION: registration });
    try {
      const answer = await call(flits.url, 'POST', '/v1/accounts', { body: { handle: 'alice', password: PASSWORD }, key: randomUUID() });
      expect([answer.status, answer.body.code]).toEqual([403, 'registration_closed']);
      expect((await call(flits.url, 'GET', '/v1/server')).body.registration).toBe(registration);
    } finally {
      await flits.stop();
    }
  });
});
