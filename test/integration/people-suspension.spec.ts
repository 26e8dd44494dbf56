import { Suspensions } from '../../src/features/people/index.js';
import { TestFlits } from '../support/flits.js';
import { call, Person } from '../support/person.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

describe('a suspended account', () => {
  let flits: TestFlits;
  let suspensions: Suspensions;
  beforeAll(async () => {
    flits = await TestFlits.start();
    suspensions = flits.flits.app.get(Suspensions, { strict: false });
  });
  afterAll(() => flits.stop());

  const logIn = ({ handle, password }: Person) => call(flits.url, 'POST', '/v1/sessions', { body: { handle, password } });

  it('R41: loses its sessions at once, can neither sign in nor refresh, and may do both again when it is restored', async () => {
    const anna = await Person.signUp(flits.url);
    const { refresh_token } = anna.session;
    const socket = await SocketClient.identified(flits.url, anna.session.access_token);
    const { code } = (await anna.request<{ code: string }>('POST', '/v1/friend-codes', { body: {} })).body;
    const ben = await Person.signUp(flits.url);
    const preview = (its: string) => ben.request('GET', `/v1/friend-codes/${its}`);
    expect(await suspensions.suspend(anna.id, 'abuse')).toBe(true);
    expect(await suspensions.suspend(anna.id, 'abuse')).toBe(false);
    expect(await socket.closed).toBe(4410);
    expect((await anna.request('GET', '/v1/me')).body.code).toBe('session_ended');
    expect([(await logIn(anna)).status, (await logIn(anna)).body.code]).toEqual([403, 'suspended']);
    const refreshed = await call(flits.url, 'POST', '/v1/sessions/refresh', { body: { refresh_token } });
    expect([refreshed.status, refreshed.body.code]).toEqual([403, 'suspended']);
    expect((await call(flits.url, 'POST', '/v1/sessions', { body: { handle: anna.handle, password: 'wrong pass' } })).body.code).toBe(
      'invalid_credentials',
    );
    expect((await preview(code)).status).toBe(404);
    expect(await suspensions.restore(anna.id)).toBe(true);
    expect(await suspensions.restore(anna.id)).toBe(false);
    expect((await preview(code)).status).toBe(200);
    expect((await logIn(anna)).status).toBe(201);
  });

  it('takes back what it sent, and says so in the log', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const snap = await anna.sendText('before', [ben]);
    expect(await ben.inbox()).toHaveLength(1);
    await suspensions.suspend(anna.id, 'abuse');
    expect(await ben.inbox()).toEqual([]);
    expect((await ben.open(snap.id)).body.code).toBe('snap_erased');
    expect((await ben.nextEvent('snap.withdrawn')).data).toEqual({ snap_id: snap.id });
    await flits.sweep();
    await until('an ERASE leaf', async () => {
      const leaves = await flits.query(`SELECT 1 FROM ledger_outbox WHERE leaf LIKE '%' || $1 || ' | moderated%'`, [
        snap.receipt?.commitment,
      ]);
      return leaves.length === 1;
    });
  });

  it('sends nothing in the moment of it: either the snap is erased, or it never was', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const sends = Array.from({ length: 12 }, (_, n) => anna.send({ text: `${n}` }, [ben]));
    const [suspended] = await Promise.all([suspensions.suspend(anna.id, 'abuse'), ...sends]);
    expect(suspended).toBe(true);
    const alive = await flits.query(`SELECT id FROM mortal.snaps WHERE sender_id = $1 AND state <> 'erased'`, [anna.id]);
    expect(alive).toEqual([]);
    expect(await ben.inbox()).toEqual([]);
  });
});
