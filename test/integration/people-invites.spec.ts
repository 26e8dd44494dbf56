import { randomUUID } from 'node:crypto';
import { required } from '../../src/platform/config/index.js';
import { Invites } from '../../src/features/people/index.js';
import { TestFlits } from '../support/flits.js';
import { flitsCommand } from '../support/command-line.js';
import { call } from '../support/person.js';

const PASSWORD = 'tuesday lamp orbit';

describe('a server that takes sign-ups by invitation', () => {
  let flits: TestFlits;
  let invites: Invites;
  beforeAll(async () => {
    flits = await TestFlits.start({ REGISTRATION: 'invite' });
    invites = flits.flits.app.get(Invites, { strict: false });
  });
  afterAll(() => flits.stop());

  const freshHandle = () => `p${randomUUID().slice(0, 12).replaceAll('-', '_')}`;
  const signUp = (invite_code?: string, handle = freshHandle(), key: string = randomUUID()) =>
    call(flits.url, 'POST', '/v1/accounts', { body: { handle, password: PASSWORD, invite_code }, key });

  it('says so, and takes nobody without a good code, with the same words for every bad one', async () => {
    expect((await call(flits.url, 'GET', '/v1/server')).body.registration).toBe('invite');
    const { code } = await invites.create();
    await flits.query(`UPDATE invites SET expires_at = flits_now()`);
    const answers = [await signUp(), await signUp('0000-0000-0000-0000'), await signUp(code)];
    for (const { status, body } of answers) {
      expect([status, body.code, body.detail]).toEqual([403, 'registration_closed', answers[0]!.body.detail]);
    }
    expect(await flits.query('SELECT 1 FROM people')).toEqual([]);
  });

  it('R36: nobody learns without an invite whether a handle is taken', async () => {
    const { code } = await invites.create();
    const handle = freshHandle();
    expect((await signUp(code, handle)).status).toBe(201);
    expect((await signUp('0000-0000-0000-0000', handle)).body.code).toBe('registration_closed');
  });

  it('a code is good for so many sign-ups, also when they come at once, and kept as a hash alone', async () => {
    const { code } = await invites.create({ uses: 3 });
    expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    const answers = await Promise.all(Array.from({ length: 7 }, () => signUp(code.toLowerCase().replaceAll('-', ' '))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 403, 403, 403, 403]);
    expect(JSON.stringify(await flits.query(`SELECT i::text FROM invites i`))).not.toContain(code);
  });

  it('a sign-up told twice uses one; one that fails uses none', async () => {
    const { code } = await invites.create({ uses: 1 });
    const handle = freshHandle();
    const taken = (await invites.create({ uses: 1 })).code;
    expect((await signUp(taken, handle)).status).toBe(201);
    expect((await signUp(code, handle)).body.code).toBe('handle_taken');
    const key = randomUUID();
    const fresh = freshHandle();
    expect((await signUp(code, fresh, key)).status).toBe(201);
    expect((await signUp(code, fresh, key)).status).toBe(201);
    expect((await signUp(code)).status).toBe(403);
  });

  it('`flits invite` makes one beside a running server', async () => {
    const { config } = flits.flits;
    const environment = {
      NODE_ENV: 'test',
      REGISTRATION: 'invite',
      DATABASE_URL: required(config, 'DATABASE_URL').reveal(),
      MASTER_KEY: required(config, 'MASTER_KEY').reveal(),
      LOG_SIGNING_KEY: required(config, 'LOG_SIGNING_KEY').reveal(),
    };
    const { answer } = await flitsCommand(environment, 'invite', '--uses', '2', '--days', '3');
    expect(answer).toMatchObject({ ok: true, uses: 2 });
    expect((await signUp(String(answer.code))).status).toBe(201);
    expect((await flitsCommand(environment, 'invite', '--uses', '0')).code).not.toBe(0);
    // And whoever lost everything gets back in by the operator's hand.
    const handle = freshHandle();
    expect((await signUp(String(answer.code), handle)).status).toBe(201);
    expect((await flitsCommand(environment, 'accounts', 'reset', handle)).code).toBe(2);
    const reset = await flitsCommand(environment, 'accounts', 'reset', handle, '--reason', 'came to the desk');
    const written = await flits.query('SELECT admin_name, reason FROM admin_audit WHERE action = $1', ['person.reset_link']);
    expect(written).toEqual([{ admin_name: 'command line', reason: 'came to the desk' }]);
    const back = await call(flits.url, 'POST', '/v1/sessions/reset', {
      body: { reset_code: reset.answer.code, new_password: 'wednesday lamp orbit' },
    });
    expect([back.status, (back.body.user as { handle: string }).handle]).toEqual([200, handle]);
    expect((await flitsCommand(environment, 'accounts', 'reset', 'nobody_here', '--reason', 'x')).code).not.toBe(0);
  });

  it('what is used up or past its time is swept', async () => {
    await invites.create({ uses: 1, days: 1 });
    await flits.query(`UPDATE invites SET expires_at = flits_now()`);
    await flits.sweep();
    expect(await flits.query('SELECT 1 FROM invites')).toEqual([]);
  });
});
