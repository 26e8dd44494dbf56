import { createHash, randomUUID } from 'node:crypto';
import type { AdminRole } from '../../src/features/admin/index.js';
import { TestFlits } from '../support/flits.js';
import { Staff } from '../support/staff.js';

const OPERATE = '/admin/board/operate';
const READ = '/admin/board/read';

describe('the queue board', () => {
  let flits: TestFlits;
  let staff: Staff;
  const cookies = {} as Record<'support' | 'operator', string>;

  beforeAll(async () => {
    flits = await TestFlits.start();
    staff = await Staff.of(flits);
    for (const role of ['support', 'operator'] as const) cookies[role] = await signIn(role);
  });
  afterAll(() => flits.stop());

  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${staff.url}${path}`, { method, headers, redirect: 'manual' });
  const as = (role: 'support' | 'operator') => ({ cookie: cookies[role] });
  const fromBoard = (role: 'support' | 'operator') => ({ ...as(role), origin: staff.url });

  async function signIn(role: AdminRole): Promise<string> {
    const answer = await fetch(`${staff.url}/admin/board/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await staff.hire(role)),
    });
    expect(answer.status).toBe(204);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^flits_admin=[^;]+; Path=\/admin\/board; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    return cookie.split(';', 1)[0] ?? '';
  }

  it('R56: nothing of it is there without a session, not by a token, and not with one that ended', async () => {
    for (const path of [READ, OPERATE, `${READ}/api/queues`, `${OPERATE}/api/queues`, `${READ}/static/js/main.js`]) {
      expect([path, (await ask('GET', path)).status]).toEqual([path, 401]);
      expect([path, (await ask('GET', path, { authorization: `Bearer ${staff.tokens.operator}` })).status]).toEqual([path, 401]);
    }
    const ended = { cookie: await signIn('operator') };
    expect((await ask('GET', `${OPERATE}/api/queues`, ended)).status).toBe(200);
    expect((await ask('DELETE', '/admin/board/session', ended)).status).toBe(204);
    expect((await ask('GET', `${OPERATE}/api/queues`, ended)).status).toBe(401);
    expect((await ask('GET', '/admin/board', ended)).headers.get('location')).toBe('/admin/board/log-in');
  });

  it('the form leads on to where the board is', async () => {
    const script = await (await ask('GET', '/admin/board/log-in.js')).text();
    const next = /location\.replace\('([^']+)'\)/.exec(script)?.[1] ?? '';
    expect((await ask('GET', next, as('operator'))).headers.get('location')).toBe(`${OPERATE}/`);
    expect((await ask('GET', `${OPERATE}/`, as('operator'))).status).toBe(200);
  });

  it('its cookie is good for the board alone', async () => {
    expect((await ask('GET', '/admin/v1/overview', as('operator'))).status).toBe(401);
  });

  it('a page left open keeps no session alive; whoever opens one does', async () => {
    const watching = { cookie: await signIn('operator') };
    const hash = createHash('sha256').update(watching.cookie.slice('flits_admin='.length)).digest();
    const idle = async () =>
      (
        await flits.query<{ s: number }>(
          'SELECT extract(epoch FROM flits_now() - used_at)::float8 AS s FROM admin_sessions WHERE token_hash = $1',
          [hash],
        )
      )[0]?.s ?? 0;
    await flits.query(`UPDATE admin_sessions SET used_at = flits_now() - interval '29 minutes' WHERE token_hash = $1`, [hash]);
    expect((await ask('GET', `${OPERATE}/api/queues`, watching)).status).toBe(200);
    expect(await idle()).toBeGreaterThan(1700);
    expect((await ask('GET', `${OPERATE}/`, watching)).status).toBe(200);
    expect(await idle()).toBeLessThan(60);
  });

  it('shows the queues of this store, and leads each role to its board', async () => {
    for (const [role, path] of [
      ['support', READ],
      ['operator', OPERATE],
    ] as const) {
      expect((await ask('GET', '/admin/board', as(role))).headers.get('location')).toBe(`${path}/`);
      const answer = await ask('GET', `${path}/api/queues`, as(role));
      const { queues } = (await answer.json()) as { queues: { name: string; readOnlyMode: boolean }[] };
      expect(queues.map(({ name }) => name)).toContain('erasure');
      expect(queues.every(({ readOnlyMode }) => readOnlyMode === (role === 'support'))).toBe(true);
      for (const what of ['redis/stats', 'job-schedulers']) expect((await ask('GET', `${path}/api/${what}`, as(role))).status).toBe(200);
    }
  });

  it('loads nothing from elsewhere and runs no inline script', async () => {
    for (const path of [`${READ}/`, '/admin/board/log-in']) {
      const answer = await ask('GET', path, as('support'));
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
      const html = await answer.text();
      expect(html).toContain('<script');
      expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
  });

  it('R56: only operators change anything, only from the board itself, and not everything', async () => {
    const pause = '/api/queues/photo/pause';
    const isPaused = async () => (await flits.platform.queue.desk.list()).find(({ name }) => name === 'photo')?.isPaused;
    expect((await ask('PUT', `${READ}${pause}`, fromBoard('support'))).status).toBe(403);
    expect((await ask('PUT', `${READ}${pause}`, fromBoard('operator'))).status).toBe(403);
    expect((await ask('PUT', `${OPERATE}${pause}`, fromBoard('support'))).status).toBe(403);
    expect((await ask('GET', `${OPERATE}/api/queues`, as('support'))).status).toBe(403);
    expect((await ask('PUT', `${OPERATE}${pause}`, as('operator'))).status).toBe(403);
    expect((await ask('PUT', `${OPERATE}${pause}`, { ...as('operator'), origin: 'http://127.0.0.1:9' })).status).toBe(403);
    expect(await isPaused()).toBe(false);
    for (const [method, act] of [
      ['POST', '/api/queues/photo/add'],
      ['PUT', '/api/queues/photo/obliterate'],
      ['PUT', '/api/queues/photo/empty'],
      ['PUT', '/api/queues/photo/clean/waiting'],
      ['PUT', '/api/queues/photo/concurrency'],
      ['PATCH', `/api/queues/photo/${randomUUID()}/update-data`],
      ['PUT', '/api/queues/photo/pause/../obliterate'],
      ['PUT', '/api/queues/photo/%70ause'],
    ] as const)
      expect([act, (await ask(method, `${OPERATE}${act}`, fromBoard('operator'))).status]).not.toEqual([act, 200]);
    expect((await ask('PUT', `${OPERATE}${pause}`, fromBoard('operator'))).status).toBe(200);
    expect(await isPaused()).toBe(true);
    expect((await ask('PUT', `${OPERATE}/api/queues/photo/resume`, fromBoard('operator'))).status).toBe(200);
    expect(await isPaused()).toBe(false);
    const lines = await flits.query<{ reason: string }>(`SELECT reason FROM admin_audit WHERE action = 'board.act' ORDER BY id`);
    expect(lines.map(({ reason }) => reason)).toEqual([`PUT ${pause}`, 'PUT /api/queues/photo/resume']);
  });
});
