import { createHash, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { URI } from 'otpauth';
import { AdminAccounts, adminRoles, type AdminRole } from '../../src/features/admin/index.js';
import { flitsCommand } from '../support/command-line.js';
import { readProjectFile } from '../support/project-file.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';
import { Staff } from '../support/staff.js';

interface Operation {
  readonly 'x-roles'?: readonly AdminRole[];
  readonly security: readonly object[];
  readonly requestBody?: object;
  readonly responses: Record<string, object>;
}
interface AdminDocument {
  readonly paths: Record<string, Record<string, Operation>>;
}
const readDocument = () => JSON.parse(readProjectFile('contract/openapi-admin.json')) as AdminDocument;

describe('the admin port', () => {
  let flits: TestFlits;
  let url: string;
  const tokens = {} as Record<AdminRole, string>;
  const logins = {} as Record<AdminRole, { name: string; password: string; code: string }>;

  beforeAll(async () => {
    flits = await TestFlits.start();
    url = `http://127.0.0.1:${flits.flits.config.ADMIN_PORT}`;
    const accounts = flits.flits.admin.get(AdminAccounts, { strict: false });
    for (const role of adminRoles) {
      const made = await accounts.create(`${role}.one`, role);
      const totp = URI.parse(made?.totpUri ?? '');
      const code = totp.generate({ timestamp: flits.platform.clock.now() });
      logins[role] = { name: `${role}.one`, password: made?.password ?? '', code };
      const session = await call<{ token: string }>(url, 'POST', '/admin/v1/sessions', { body: logins[role] });
      expect(session.status).toBe(201);
      tokens[role] = session.body.token;
    }
  });
  afterAll(() => flits.stop());

  const ask = <T = Record<string, unknown>>(role: AdminRole, method: string, path: string, body?: unknown) =>
    call<T>(url, method, `/admin/v1${path}`, { token: tokens[role], body });

  it('R56: a code is taken once, and a wrong name reads like a wrong password', async () => {
    const again = await call(url, 'POST', '/admin/v1/sessions', { body: logins.support });
    const nobody = await call(url, 'POST', '/admin/v1/sessions', { body: { ...logins.support, name: 'nobody' } });
    const wrong = await call(url, 'POST', '/admin/v1/sessions', { body: { ...logins.support, password: 'x' } });
    const without = ({ status, body }: typeof again) => [status, { ...body, request_id: undefined }];
    expect(again.status).toBe(401);
    expect(without(again)).toEqual(without(nobody));
    expect(without(again)).toEqual(without(wrong));
  });

  it('R56: a person’s token is none here, an admin’s none on the public port, and neither port has the other’s routes', async () => {
    const anna = await Person.signUp(flits.url);
    const { access_token: token } = anna.session;
    expect((await call(url, 'GET', '/admin/v1/overview', { token })).body.code).toBe('invalid_credentials');
    expect((await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
    expect((await call(flits.url, 'GET', '/v1/me', { token: tokens.operator })).body.code).toBe('invalid_credentials');
    const asOperator = { headers: { authorization: `Bearer ${tokens.operator}` } };
    expect((await fetch(`${flits.url}/admin/v1/overview`, asOperator)).status).toBe(404);
  });

  it('serves the document of its own routes', async () => {
    const answer = await fetch(`${url}/openapi.json`);
    expect([answer.status, await answer.json()]).toEqual([200, readDocument()]);
  });

  it('R56: each route of the document against each role, no token, a person’s, an expired and an ended one', async () => {
    const routes = Object.entries(readDocument().paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { 'x-roles': roles, security }]) => (security.length > 0 ? [{ method, path, roles }] : [])),
    );
    expect(routes.length).toBeGreaterThan(25);
    const strangers = { none: undefined, person: (await Person.signUp(flits.url)).session.access_token, ...(await deadTokens()) };
    for (const { method, path, roles } of routes) {
      const asked = path.replace('{id}', randomUUID()).replace('{label}', '3600000').replace('{name}', 'photo');
      const tried = (token?: string) => call(url, method.toUpperCase(), asked, { token });
      expect([path, roles?.length]).not.toEqual([path, 0]);
      for (const [who, token] of Object.entries(strangers)) expect([who, path, (await tried(token)).status]).toEqual([who, path, 401]);
      for (const role of adminRoles) {
        if (path.endsWith('/sessions/current') && roles?.includes(role)) continue;
        const { status } = await tried(tokens[role]);
        expect([role, method, path, status === 403]).toEqual([role, method, path, !roles?.includes(role)]);
        expect(status).toBeLessThan(500);
        // A path that only this port's document has.
        const onPublic = await fetch(flits.url + asked, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${tokens[role]}` },
        });
        expect([role, path, onPublic.status]).toEqual([role, path, 404]);
      }
    }
  });

  it('R56: whatever answers with somebody asks why', () => {
    const operations = Object.entries(readDocument().paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody, responses }]) => ({
        name: `${method} ${path}`,
        isAboutSomebody: /"(?:user_id|reporter_id|handle|display_name|words|base64)":/.test(
          JSON.stringify(Object.entries(responses).filter(([status]) => status.startsWith('2'))),
        ),
        asksWhy: /"required":\[[^\]]*"reason"/.test(JSON.stringify(requestBody ?? {})),
      })),
    );
    const about = operations.filter(({ isAboutSomebody }) => isAboutSomebody);
    expect(about.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['post /admin/v1/people/find', 'post /admin/v1/reports/{id}/read', 'post /admin/v1/reports/{id}/open']),
    );
    expect(about.filter(({ asksWhy }) => !asksWhy).map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['/people/find', { handle: 'a\0', reason: 'x' }],
    ['/people/find', { handle: '\ud800', reason: 'x' }],
    ['/sessions', { name: 'a\0', password: 'x', code: '000000' }],
    ['/sessions', { name: 'a', password: 'x\0', code: '000000' }],
  ])('%s with %j is refused in words', async (path, body) => {
    expect((await ask('moderator', 'POST', path, body)).body.code).toBe('validation_failed');
  });

  async function deadTokens(): Promise<{ expired: string; idle: string; ended: string }> {
    const staff = await Staff.of(flits);
    const [expired, idle, ended] = [staff.tokens.support, staff.tokens.moderator, staff.tokens.operator];
    const hash = (token: string) => createHash('sha256').update(token).digest();
    await flits.query('UPDATE admin_sessions SET expires_at = flits_now() WHERE token_hash = $1', [hash(expired)]);
    await flits.query(`UPDATE admin_sessions SET used_at = flits_now() - interval '31 minutes' WHERE token_hash = $1`, [hash(idle)]);
    expect((await call(url, 'DELETE', '/admin/v1/sessions/current', { token: ended })).status).toBe(204);
    return { expired, idle, ended };
  }

  it('R36: an unknown name, a wrong password and a wrong code take the same time', async () => {
    const staff = await Staff.of(flits);
    const known = await staff.hire('support');
    const tries = {
      name: { ...known, name: 'nobody.here' },
      password: { ...known, password: 'wrong' },
      code: { ...known, code: '000000' },
    };
    const times = { name: [] as number[], password: [] as number[], code: [] as number[] };
    // In turn, so that a busy machine is busy for all three.
    for (let round = 0; round < 9; round += 1) {
      for (const which of ['name', 'password', 'code'] as const) {
        const started = performance.now();
        expect((await call(url, 'POST', '/admin/v1/sessions', { body: tries[which] })).status).toBe(401);
        times[which].push(performance.now() - started);
      }
    }
    // The least of each: what else a machine does adds to a time and takes nothing from it.
    const least = Object.values(times).map((all) => Math.min(...all));
    expect(Math.max(...least) / Math.min(...least)).toBeLessThan(1.8);
  });

  it('a moderator takes a report from its arrival to its decision; every look is in the audit', async () => {
    const [cem, dora] = await Person.friends(flits.url);
    const { id: snapId } = await cem.sendText('bad words', [dora]);
    const filed = await dora.request<{ id: string }>('POST', '/v1/reports', {
      key: randomUUID(),
      body: { snap_id: snapId, reason: 'threat' },
    });
    const listed = await ask<{ items: { id: string }[] }>('moderator', 'GET', '/reports?state=open');
    expect(listed.body.items.map(({ id }) => id)).toContain(filed.body.id);
    for (const person of [cem, dora]) expect(JSON.stringify(listed.body)).not.toContain(person.id);
    const path = `/reports/${filed.body.id}`;
    expect((await ask('moderator', 'POST', `${path}/read`, {})).body.code).toBe('validation_failed');
    const read = await ask('moderator', 'POST', `${path}/read`, { reason: 'next in line' });
    expect(read.body).toMatchObject({ reporter_id: dora.id, user_id: cem.id, snap_id: snapId });
    expect((await ask('moderator', 'POST', `${path}/open`, {})).body.code).toBe('validation_failed');
    const opened = await ask<{ words: { text: string } }>('moderator', 'POST', `${path}/open`, { reason: 'reported' });
    expect(opened.body.words.text).toBe('bad words');
    const decided = await ask('moderator', 'POST', `${path}/decide`, { outcome: 'suspended', reason: 'threats are not taken' });
    expect([decided.status, decided.body.outcome]).toEqual([200, 'suspended']);
    // Tried and refused: written down all the same.
    expect((await ask('moderator', 'POST', `${path}/decide`, { outcome: 'warned', reason: 'again' })).status).toBe(422);
    expect((await dora.nextEvent('report.decided')).data.reason).toBe('threats are not taken');
    expect((await dora.open(snapId)).body.code).toBe('snap_erased');
    expect((await cem.send({ text: 'x' }, [dora])).status).toBeGreaterThanOrEqual(401);
    const found = await ask<{ id: string; suspended_at: string | null }>('support', 'POST', '/people/find', {
      handle: cem.handle,
      reason: 'asks',
    });
    expect(found.body.suspended_at).not.toBeNull();
    expect((await ask('moderator', 'POST', `/people/${cem.id}/restore`, { reason: 'appeal' })).body.changed).toBe(true);
    const audit = await ask<{ items: { action: string; subject: string; reason: string }[] }>('operator', 'GET', '/audit?limit=100');
    const about = audit.body.items.filter(({ subject }) => subject === filed.body.id || subject === cem.id).map(({ action }) => action);
    expect(about).toEqual([
      'report.read',
      'report.open',
      'report.decide.suspended',
      'report.decide.warned.refused',
      'person.find',
      'person.restore',
    ]);
    expect((await ask('operator', 'GET', '/transparency')).body).toMatchObject({ months: [{ copies_opened: 1 }] });
    expect((await ask('operator', 'GET', '/overview')).status).toBe(200);
  });

  it('what names no snap is not decided as removed: both sides are told what was done', async () => {
    const eve = await Person.signUp(flits.url);
    const filed = await ask<{ id: string }>('support', 'POST', '/reports', { handle: eve.handle, report_reason: 'spam', reason: 'a call' });
    const decide = (outcome: string) => ask('moderator', 'POST', `/reports/${filed.body.id}/decide`, { outcome, reason: 'seen' });
    expect([(await decide('removed')).body.code, (await decide('warned')).body.outcome]).toEqual(['validation_failed', 'warned']);
  });

  it('R56: the application’s role can neither change nor delete a line of the audit', async () => {
    for (const text of [`UPDATE admin_audit SET reason = 'x'`, 'DELETE FROM admin_audit', 'TRUNCATE admin_audit'])
      await expect(flits.platform.database.query(text)).rejects.toThrow(/permission denied/);
  });

  it('R27: lines of more than a year are all that leaves the audit', async () => {
    const lines = async () => (await flits.query<{ n: number }>('SELECT count(*)::int AS n FROM admin_audit'))[0]?.n ?? 0;
    const before = await lines();
    await flits.query(
      `INSERT INTO admin_audit (at, admin_id, admin_name, action) VALUES (flits_now() - interval '366 days', $1, 'x', 'x')`,
      [randomUUID()],
    );
    await flits.sweep();
    expect(await lines()).toBe(before);
  });

  it('R56: `flits admin` makes and takes away who may sign in; a session ends with its account', async () => {
    const command = (...words: string[]) => flitsCommand(flits.place.environment, 'admin', ...words);
    const made = await command('create', 'gone.soon', '--role', 'operator');
    const code = URI.parse(String(made.answer.totp_uri)).generate({ timestamp: flits.platform.clock.now() });
    const body = { name: 'gone.soon', password: made.answer.password, code };
    const { token } = (await call<{ token: string }>(url, 'POST', '/admin/v1/sessions', { body })).body;
    const overview = async () => (await call(url, 'GET', '/admin/v1/overview', { token })).status;
    const names = async () => ((await command('list')).answer.admins as { name: string }[]).map(({ name }) => name);
    expect((await command('remove', 'gone.soon')).answer).toMatchObject({ dry_run: true, role: 'operator' });
    expect([await overview(), await names()]).toEqual([200, expect.arrayContaining(['gone.soon'])]);
    expect((await command('remove', 'gone.soon', '--yes')).answer).toMatchObject({ ok: true, dry_run: false });
    expect([await overview(), await names()]).toEqual([401, expect.not.arrayContaining(['gone.soon'])]);
    expect((await command('remove', 'gone.soon', '--yes')).code).toBe(1);
    const lines = await flits.query<{ action: string }>(`SELECT action FROM admin_audit WHERE reason = 'gone.soon' ORDER BY id`);
    expect(lines.map(({ action }) => action)).toEqual(['admin.create.operator', 'admin.remove']);
  });

  it('a session ends with its sign-out, and after half an hour without a call', async () => {
    expect((await ask('support', 'DELETE', '/sessions/current')).status).toBe(204);
    expect((await ask('support', 'GET', '/overview')).status).toBe(401);
    await flits.shiftClock(1801);
    expect((await ask('operator', 'GET', '/overview')).status).toBe(401);
  });
});
