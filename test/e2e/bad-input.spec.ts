import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { encryptBlob } from '../../src/platform/crypto/index.js';
import { call, Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { until } from '../support/until.js';

describe('bad input', () => {
  let flits: TestFlits;
  let anna: Person;
  let ben: Person;

  beforeAll(async () => {
    flits = await TestFlits.start();
    [anna, ben] = await Person.friends(flits.url);
  });
  afterAll(() => flits.stop());

  const rows = async () =>
    (
      await flits.query<{ n: number }>('SELECT (SELECT count(*) FROM mortal.snaps)::int + (SELECT count(*) FROM mortal.uploads)::int AS n')
    )[0]?.n;

  const ticket = (over: Record<string, unknown> = {}) => ({
    kind: 'photo',
    content_type: 'image/jpeg',
    bytes: 1000,
    sha256: 'a'.repeat(64),
    encryption: 'aes128gcm',
    key: randomBytes(16).toString('base64url'),
    ...over,
  });

  it.each<[string, (to: string) => unknown, number, string]>([
    ['no body', () => undefined, 422, 'validation_failed'],
    ['an unknown field', (to) => ({ text: 'x', to: { user_ids: [to] }, sender_id: to }), 422, 'validation_failed'],
    ['an unknown field inside', (to) => ({ text: 'x', to: { user_ids: [to], everyone: true } }), 422, 'validation_failed'],
    ['both text and upload', (to) => ({ text: 'x', upload_id: randomUUID(), to: { user_ids: [to] } }), 422, 'validation_failed'],
    ['neither text nor upload', (to) => ({ to: { user_ids: [to] } }), 422, 'validation_failed'],
    ['nobody', () => ({ text: 'x', to: { user_ids: [] } }), 422, 'validation_failed'],
    ['the same person twice', (to) => ({ text: 'x', to: { user_ids: [to, to] } }), 422, 'validation_failed'],
    [
      'a hundred and one people',
      () => ({ text: 'x', to: { user_ids: Array.from({ length: 101 }, () => randomUUID()) } }),
      422,
      'validation_failed',
    ],
    ['text too long', (to) => ({ text: 'x'.repeat(501), to: { user_ids: [to] } }), 422, 'validation_failed'],
    ['NUL', (to) => ({ text: 'a\u0000b', to: { user_ids: [to] } }), 422, 'validation_failed'],
    ['a negative life', (to) => ({ text: 'x', to: { user_ids: [to] }, ttl_seconds: -1 }), 422, 'ttl_out_of_range'],
    ['a life beyond the ceiling', (to) => ({ text: 'x', to: { user_ids: [to] }, ttl_seconds: 259_201 }), 422, 'ttl_out_of_range'],
    ['half a second more', (to) => ({ text: 'x', to: { user_ids: [to] }, ttl_seconds: 60.5 }), 422, 'ttl_out_of_range'],
    ['a life in words', (to) => ({ text: 'x', to: { user_ids: [to] }, ttl_seconds: 'NaN' }), 422, 'validation_failed'],
    ['a stranger among them', (to) => ({ text: 'x', to: { user_ids: [to, randomUUID()] } }), 422, 'recipient_unavailable'],
    ['somebody else’s upload', (to) => ({ upload_id: randomUUID(), to: { user_ids: [to] } }), 404, 'not_found'],
  ])('R46 R47: a send with %s is refused and keeps nothing', async (_what, body, status, code) => {
    const before = await rows();
    const answer = await anna.request('POST', '/v1/snaps', { body: body(ben.id), key: randomUUID() });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await rows()).toBe(before);
  });

  it('a send without, with an overlong, with a reused Idempotency-Key', async () => {
    const body = { text: 'x', to: { user_ids: [ben.id] } };
    expect((await anna.request('POST', '/v1/snaps', { body })).body.code).toBe('idempotency_key_required');
    expect((await anna.request('POST', '/v1/snaps', { body, key: 'k'.repeat(129) })).status).toBe(400);
    const key = randomUUID();
    expect((await anna.request('POST', '/v1/snaps', { body, key })).status).toBe(201);
    expect((await anna.request('POST', '/v1/snaps', { body: { ...body, text: 'y' }, key })).body.code).toBe('idempotency_key_reused');
    // R53: another person's key of the same name is another key.
    expect((await ben.request('POST', '/v1/snaps', { body: { text: 'x', to: { user_ids: [anna.id] } }, key })).status).toBe(201);
  });

  it('ten parallel sends with one key are one snap', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => anna.send({ text: 'ten times' }, [ben], key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it.each([
    ['no token', undefined],
    ['rubbish', 'rubbish'],
    ['a token of nobody', `eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"x"}').toString('base64url')}.`],
  ])('%s is 401 and says nothing more', async (_what, token) => {
    const answer = await call(flits.url, 'GET', '/v1/inbox', { token });
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
  });

  it.each([[1.5], [1e17], ['x'], [-1]])('a made-up cursor at %p is refused', async (time) => {
    const cursor = Buffer.from(JSON.stringify([time, randomUUID()])).toString('base64url');
    for (const path of ['/v1/inbox', '/v1/snaps']) {
      expect((await anna.request('GET', `${path}?cursor=${cursor}`)).body.code).toBe('validation_failed');
    }
  });

  it('malformed JSON is 400, a huge body 413, an unknown route 404', async () => {
    const headers = { authorization: `Bearer ${anna.session.access_token}`, 'content-type': 'application/json', 'idempotency-key': 'k' };
    const post = async (body: string) =>
      (await fetch(`${flits.url}/v1/snaps`, { method: 'POST', headers, body })).json() as Promise<{ code: string }>;
    expect((await post('{"text":')).code).toBe('bad_request');
    expect((await post('{"__proto__":{"admin":true},"text":"x"}')).code).toBe('bad_request');
    expect((await post(JSON.stringify({ text: 'x'.repeat(100_000) }))).code).toBe('too_large');
    expect((await call(flits.url, 'GET', '/v1/likes', { token: anna.session.access_token })).body.code).toBe('not_found');
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ['too large', { bytes: 50_000_000 }, 413, 'too_large'],
    ['no key', { key: undefined }, 415, 'bad_encryption'],
    ['a short key', { key: 'AAAA' }, 415, 'bad_encryption'],
    ['a kind that is none', { kind: 'film' }, 422, 'validation_failed'],
    ['a wrong hash form', { sha256: 'XYZ' }, 422, 'validation_failed'],
    ['a life out of range', { ttl_seconds: 1 }, 422, 'ttl_out_of_range'],
  ])('an upload with %s is refused', async (_what, over, status, code) => {
    const before = await rows();
    const answer = await anna.request('POST', '/v1/uploads', { body: ticket(over), key: randomUUID() });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await rows()).toBe(before);
  });

  it('R7: a PUT that does not match its ticket stores nothing, and completing or sending it is refused', async () => {
    const blob = encryptBlob(randomBytes(16), randomBytes(979));
    const sha256 = createHash('sha256').update(blob).digest('hex');
    const answer = await anna.request<{ id: string; put: { url: string; headers: Record<string, string> } }>('POST', '/v1/uploads', {
      body: ticket({ bytes: blob.length, sha256 }),
      key: randomUUID(),
    });
    const { id, put } = answer.body;
    const attempt = (url: string, headers: Record<string, string>, body: Buffer) =>
      fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) }).then(({ status }) => status);
    expect(await attempt(put.url, put.headers, randomBytes(blob.length))).toBeGreaterThanOrEqual(400);
    expect(await attempt(put.url, put.headers, blob.subarray(1))).toBeGreaterThanOrEqual(400);
    expect(await attempt(put.url, { ...put.headers, 'content-type': 'text/html' }, blob)).toBeGreaterThanOrEqual(400);
    expect((await anna.request('POST', `/v1/uploads/${id}/complete`)).body.code).toBe('upload_incomplete');
    expect((await anna.send({ upload_id: id }, [ben])).body.code).toBe('upload_incomplete');
    expect(await flits.objectNames()).toEqual([]);
  });

  it('R11 R19: a "photo" that is text is rejected with a reason, its snap fails, its sender is told, nothing is kept', async () => {
    const id = await anna.put(Buffer.from('this is no photo, whatever its name says'));
    const snap = await anna.send({ upload_id: id }, [ben]);
    expect(snap.status).toBe(201);
    const upload = await until('a rejection', async () => {
      const { body } = await anna.request('GET', `/v1/uploads/${id}`);
      return body.state === 'rejected' && body;
    });
    expect(upload).toMatchObject({ state: 'rejected', reason: expect.any(String) as string });
    const { reason, detail } = upload;
    expect((await anna.request('GET', `/v1/snaps/${snap.body.id}`)).body).toMatchObject({ state: 'failed', reason, detail });
    const sent = await anna.request<{ items: { id: string }[] }>('GET', '/v1/snaps');
    expect(sent.body.items.find((item) => item.id === snap.body.id)).toMatchObject({ state: 'failed', reason, detail });
    expect(await ben.inbox()).not.toContainEqual(expect.objectContaining({ snap_id: snap.body.id }));
    const events = await (
      await anna.onAnotherDevice()
    ).request<{ items: { type: string; data: { snap_id?: string } }[] }>('GET', '/v1/events?after=0');
    expect(events.body.items.filter(({ data }) => data.snap_id === snap.body.id).map(({ type }) => type)).toEqual([
      'snap.sent',
      'snap.failed',
    ]);
    await flits.sweep();
    await until('an empty store', async () => (await flits.objectNames()).length === 0);
    const leaves = await flits.query<{ leaf: string }>(`SELECT leaf FROM ledger_outbox WHERE leaf LIKE '%' || $1 || ' | failed%'`, [
      snap.body.receipt?.commitment,
    ]);
    expect(leaves).toHaveLength(1);
  });
});
