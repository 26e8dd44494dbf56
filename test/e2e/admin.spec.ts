import { randomUUID } from 'node:crypto';
import { URI } from 'otpauth';
import { AdminAccounts, adminRoles, type AdminRole } from '../../src/features/admin/index.js';
import { readProjectFile } from '../support/project-file.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';

interface AdminDocument {
  readonly paths: Record<string, Record<string, { readonly 'x-roles'?: readonly AdminRole[]; readonly security: readonly object[] }>>;
}

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
    expect((await call(url, 'GET', '/v1/me', { token })).status).toBe(404);
    expect((await call(flits.url, 'GET', '/v1/me', { token: tokens.operator })).body.code).toBe('invalid_credentials');
    expect((await call(flits.url, 'GET', '/admin/v1/overview', { token: tokens.operator })).status).toBe(404);
  });

  it('R56: each role against each route of the document', async () => {
    const document = JSON.parse(readProjectFile('contract/openapi-admin.json')) as AdminDocument;
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { 'x-roles': roles, security }]) => (security.length > 0 ? [{ method, path, roles }] : [])),
    );
    expect(routes.length).toBeGreaterThan(15);
    for (const { method, path, roles } of routes) {
      const asked = path.replace('{id}', randomUUID());
      expect([path, roles?.length]).not.toEqual([path, 0]);
      expect([path, (await call(url, method.toUpperCase(), asked)).status]).toEqual([path, 401]);
      for (const role of adminRoles) {
        if (path.endsWith('/sessions/current') && roles?.includes(role)) continue;
        const { status } = await call(url, method.toUpperCase(), asked, { token: tokens[role] });
        expect([role, method, path, status === 403]).toEqual([role, method, path, !roles?.includes(role)]);
        expect(status).toBeLessThan(500);
      }
    }
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
    const path = `/reports/${filed.body.id}`;
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
    expect(about).toEqual(['report.open', 'report.decide.suspended', 'report.decide.warned', 'person.find', 'person.restore']);
    expect((await ask('operator', 'GET', '/transparency')).body).toMatchObject({ copies_opened: 1 });
    expect((await ask('operator', 'GET', '/overview')).status).toBe(200);
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

  it('a session ends with its sign-out, and after half an hour without a call', async () => {
    expect((await ask('support', 'DELETE', '/sessions/current')).status).toBe(204);
    expect((await ask('support', 'GET', '/overview')).status).toBe(401);
    await flits.shiftClock(1801);
    expect((await ask('operator', 'GET', '/overview')).status).toBe(401);
  });
});
