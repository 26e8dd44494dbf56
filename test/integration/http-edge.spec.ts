import { errorCodes } from '../../src/platform/faults/index.js';
import { startEdge, type Edge } from '../support/edge.js';
import { call } from '../support/person.js';
import { until } from '../support/until.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly instance: string;
  readonly errors?: { pointer: string; code: string }[];
}

describe('the edge', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ ALLOWED_ORIGINS: 'https://app.example', TRUSTED_PROXIES: '10.0.0.0/8' });
  });
  afterAll(() => edge.stop());

  const get = <T = Problem>(path: string, headers: Record<string, string> = {}) => call<T>(edge.url, 'GET', path, { headers });
  const post = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(edge.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
  };
  const errorsOf = ({ errors = [] }: Problem) => errors.map(({ pointer, code }) => [pointer, code]);

  describe('answers problems', () => {
    it.each(Object.entries(errorCodes))('%s as the table says', async (code, { status, title }) => {
      const answer = await get<Record<string, unknown>>(`/v1/faults/${code}?token=secret`, { 'x-request-id': 'from-the-client' });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.body).toMatchObject({
        code,
        status,
        title,
        type: `urn:flits:error:${code}`,
        instance: `/v1/faults/${code}`,
        request_id: 'from-the-client',
      });
      expect(answer.headers.has('retry-after')).toBe(status === 429 || status === 503);
      expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    });

    it('R33 R55: an unknown error is written down with its stack and told to nobody', async () => {
      const { status, body } = await get('/v1/faults/bug', { 'x-request-id': 'bug-1' });
      expect([status, body.code]).toEqual([500, 'internal']);
      expect(JSON.stringify(body)).not.toMatch(/hunter2|Error|\.ts|node_modules/);
      const logged = await until('the log line', () => edge.lines.find((line) => line.request_id === 'bug-1' && line.level === 'error'));
      expect(logged).toMatchObject({ route: '/v1/faults/:code', err: { stack: expect.stringContaining('edge') as string } });
      expect(JSON.stringify(logged)).not.toContain('parameters');
    });

    it.each([
      ['GET', '/v1/nothing'],
      ['GET', '/'],
      ['GET', '/v1/open/'],
      ['DELETE', '/v1/open'],
      ['PATCH', '/v1/notes'],
      ['OPTIONS', '/v1/open'],
      ['GET', '/V1/open'],
      ['GET', '//v1/open'],
      ['GET', `/v1/things/${'x'.repeat(500)}`],
      ['GET', '/v1/things/not-an-id'],
      ['GET', '/v1/things/%00'],
      ['GET', "/v1/things/1'; DROP TABLE people; --"],
    ])('R1: %s %s is the same 404 as everything that is not there', async (method, path) => {
      const { status, body } = await call<Problem>(edge.url, method, path);
      expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'There is nothing here, or it is not yours to see.']);
    });

    it('a path that cannot be decoded is 400', async () => {
      expect((await get('/v1/things/%zz')).body.code).toBe('bad_request');
      expect((await get('/v1/things/%ff%fe')).body.code).toBe('bad_request');
    });

    it('what is no HTTP at all is 400, and over a full header 413, each a problem document', async () => {
      const noise = await edge.raw('HELLO\r\n\r\n');
      expect(noise).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"bad_request"/s);
      const full = await edge.raw(`GET /v1/open HTTP/1.1\r\nhost: x\r\nx-full: ${'x'.repeat(40_000)}\r\n\r\n`);
      expect(full).toMatch(/^HTTP\/1\.1 413 .*"code":"too_large"/s);
    });

    it('R58: a header cannot be split into two', async () => {
      const answer = await edge.raw('GET /v1/open HTTP/1.1\r\nhost: x\r\nx-request-id: a\rset-cookie: b\r\nconnection: close\r\n\r\n');
      expect(answer.toLowerCase()).not.toContain('set-cookie');
    });
  });

  describe('reads bodies', () => {
    it.each<[string, string | Buffer, number, string]>([
      ['half a document', '{"text":', 400, 'bad_request'],
      ['a word', 'hello', 400, 'bad_request'],
      ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 'bad_request'],
      ['a byte order mark and nothing', Buffer.from([0xef, 0xbb, 0xbf]), 400, 'bad_request'],
      ['__proto__', '{"__proto__":{"text":"x"},"text":"x"}', 400, 'bad_request'],
      ['__proto__ in disguise', '{"\\u005f_proto__":{"a":1},"text":"x"}', 400, 'bad_request'],
      ['__proto__ deep inside', '{"text":"x","tags":[{"__proto__":1}]}', 400, 'bad_request'],
      ['constructor.prototype', '{"constructor":{"prototype":{"a":1}},"text":"x"}', 400, 'bad_request'],
      ['seventeen levels', '['.repeat(17) + ']'.repeat(17), 400, 'bad_request'],
      ['sixty thousand levels', '['.repeat(60_000), 400, 'bad_request'],
      ['more than 64 KiB', JSON.stringify({ text: 'x'.repeat(70_000) }), 413, 'too_large'],
      ['an array', '[]', 422, 'validation_failed'],
      ['null', 'null', 422, 'validation_failed'],
      ['nothing', '', 422, 'validation_failed'],
    ])('R46 R49 R58: %s is refused', async (_, body, status, code) => {
      const answer = await post('/v1/notes', body);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(({} as { a?: unknown }).a).toBeUndefined();
    });

    it('refuses more than 64 KiB also when its length was not told', async () => {
      const chunk = 'x'.repeat(32_768);
      const chunked = [chunk, chunk, chunk].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('');
      const answer = await edge.raw(
        `POST /v1/notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunked}0\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":"too_large"/s);
    });

    it('is told the form of a body by its type alone', async () => {
      expect((await post('/v1/notes', 'text=x', { 'content-type': 'application/x-www-form-urlencoded' })).body.code).toBe(
        'unsupported_media',
      );
      expect((await post('/v1/notes', '{"text":"x"}', { 'content-type': 'text/plain' })).status).toBe(415);
      expect((await post('/v1/notes', '{"text":"x"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
      // Nothing at all has no form.
      expect((await post('/v1/once', '', { 'content-type': 'text/plain', 'idempotency-key': 'k' })).status).toBe(201);
    });

    it('R46: names every fault by pointer, each unknown field at its own', async () => {
      const { status, body } = await post(
        '/v1/notes',
        '{"name":"a\\nb","tags":["ok","too long",7],"sender_id":"x","a/b":1,"constructor":1}',
      );
      expect(status).toBe(422);
      expect(errorsOf(body)).toEqual([
        ['/text', 'required'],
        ['/name', 'control_character'],
        ['/tags/1', 'too_big'],
        ['/tags/2', 'wrong_type'],
        ['/sender_id', 'unknown_field'],
        ['/a~1b', 'unknown_field'],
        ['/constructor', 'unknown_field'],
      ]);
    });

    it('R58: refuses NUL and lone surrogates in text, and takes all else as it is', async () => {
      expect(errorsOf((await post('/v1/notes', '{"text":"a\\u0000b"}')).body)).toEqual([['/text', 'nul_character']]);
      expect(errorsOf((await post('/v1/notes', '{"text":"a\\ud800"}')).body)).toEqual([['/text', 'lone_surrogate']]);
      for (const text of ['👩🏽‍🚀', '‮abc', "'; DROP--", '<script>', '${7*7}', '﷽', 'null', '%s%n', '\u001b[31m']) {
        const answer = await post('/v1/notes', JSON.stringify({ text }));
        expect([answer.status, (answer.body as unknown as { text: string }).text]).toEqual([201, text]);
      }
    });

    it('R46: a route that takes no body and no query refuses both', async () => {
      expect(errorsOf((await get('/v1/open?a=1&b=2')).body)).toEqual([
        ['/a', 'unknown_field'],
        ['/b', 'unknown_field'],
      ]);
      expect(errorsOf((await post('/v1/once', '{"role":"admin"}', { 'idempotency-key': 'k' })).body)).toEqual([['/role', 'unknown_field']]);
      expect((await post('/v1/once', '{}', { 'idempotency-key': 'k' })).status).toBe(201);
    });

    it('checks queries as it checks bodies', async () => {
      expect((await get<object>('/v1/list?limit=7')).body).toEqual({ limit: 7 });
      expect(errorsOf((await get('/v1/list?limit=1000&offset=5')).body)).toEqual([
        ['/limit', 'too_big'],
        ['/offset', 'unknown_field'],
      ]);
      expect((await get('/v1/list?cursor=a&cursor=b')).body.code).toBe('validation_failed');
    });

    it('reads ids in the path in either case', async () => {
      const id = '019AA1B2-C3D4-8E5F-A0B1-C2D3E4F5A6B7';
      expect((await get<{ id: string }>(`/v1/things/${id}`)).body.id).toBe(id.toLowerCase());
    });
  });

  describe('knows who asks', () => {
    it.each([
      [undefined, 'invalid_credentials'],
      ['', 'invalid_credentials'],
      ['good', 'invalid_credentials'],
      ['Basic good', 'invalid_credentials'],
      ['Bearer', 'invalid_credentials'],
      ['Bearer bad', 'invalid_credentials'],
      ['Bearer good extra', 'invalid_credentials'],
      ['Bearer ended', 'session_ended'],
    ])('refuses authorization %j', async (authorization, code) => {
      const { status, body } = await get('/v1/caller', authorization === undefined ? {} : { authorization });
      expect([status, body.code]).toEqual([401, code]);
    });

    it('takes a good token, its scheme in any case; a token in the query is none', async () => {
      expect((await get<object>('/v1/caller', { authorization: 'bearer good' })).body).toEqual({
        personId: 'person-1',
        deviceId: 'device-1',
      });
      expect((await get('/v1/caller?access_token=good')).status).toBe(401);
    });

    it('R43: takes from every budget of a route, of the person and of the address behind a trusted proxy alone', async () => {
      edge.limiter.taken.length = 0;
      const authorization = 'Bearer good';
      await get('/v1/limited', { authorization, 'x-forwarded-for': '203.0.113.9' });
      expect(edge.limiter.taken).toEqual([
        ['send', 'person:person-1'],
        ['send_day', 'person:person-1'],
        ['login', 'address:127.0.0.1'],
      ]);
      edge.limiter.empty.add('send_day');
      const refused = await get('/v1/limited', { authorization });
      edge.limiter.empty.clear();
      expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([429, 'rate_limited', '7']);
    });

    it('asks for an Idempotency-Key of 1 to 128 characters', async () => {
      const once = (headers: Record<string, string>) => post('/v1/once', '', headers).then(({ body, status }) => [status, body.code]);
      expect(await once({})).toEqual([400, 'idempotency_key_required']);
      expect(await once({ 'idempotency-key': '' })).toEqual([400, 'idempotency_key_required']);
      expect(await once({ 'idempotency-key': 'k'.repeat(129) })).toEqual([400, 'idempotency_key_required']);
      expect(await once({ 'idempotency-key': 'k'.repeat(128) })).toEqual([201, undefined]);
    });
  });

  describe('says around every answer', () => {
    it('an id of the request: the client’s where it is well-formed; it reaches the code that runs, past a body as well', async () => {
      const given = await get<{ request_id: string }>('/v1/open', { 'x-request-id': 'mine-1' });
      expect([given.headers.get('x-request-id'), given.body.request_id]).toEqual(['mine-1', 'mine-1']);
      const bad = await get<{ request_id: string }>('/v1/open', { 'x-request-id': 'no spaces' });
      expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      const many = await Promise.all(
        Array.from({ length: 20 }, (_, n) => post('/v1/notes', JSON.stringify({ text: 'x'.repeat(20) }), { 'x-request-id': `many-${n}` })),
      );
      expect(many.map(({ body }) => body.request_id)).toEqual(many.map((_, n) => `many-${n}`));
    });

    it('R55: nosniff, no-store, nothing of what software it is', async () => {
      for (const path of ['/v1/open', '/v1/nothing', '/v1/caller']) {
        const { headers } = await get(path);
        expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-store']);
        expect([headers.get('server'), headers.get('x-powered-by'), headers.get('strict-transport-security')]).toEqual([null, null, null]);
      }
    });

    it('R55: CORS for the origins of the list, compared as a whole', async () => {
      const allowed = await get('/v1/open', { origin: 'https://app.example' });
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(allowed.headers.get('vary')).toBe('Origin');
      for (const origin of ['https://app.example.evil', 'https://evil.example', 'http://app.example', 'null', 'https://app.example:8443']) {
        const { headers } = await get('/v1/open', { origin });
        expect([origin, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([origin, null, 'Origin']);
      }
    });

    it('answers a preflight before it asks for a token', async () => {
      const preflight = (origin: string) =>
        fetch(`${edge.url}/v1/caller`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
        });
      const allowed = await preflight('https://app.example');
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
      expect((await preflight('https://evil.example')).status).toBe(404);
    });

    it('R33: one log line a request, with the route and never the path, the query or the token', async () => {
      await get('/v1/things/019aa1b2-c3d4-8e5f-a0b1-c2d3e4f5a6b7?x-amz-signature=abc', {
        authorization: 'Bearer good',
        'x-request-id': 'logged-1',
      });
      const lines = await until('the line', () => {
        const found = edge.lines.filter((line) => line.request_id === 'logged-1');
        return found.length > 0 && found;
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ method: 'GET', route: '/v1/things/:id', status: 422, ms: expect.any(Number) as number });
      expect(JSON.stringify(edge.lines)).not.toMatch(/019aa1b2|signature|good/);
    });

    it('counts requests by route', async () => {
      await get('/v1/open');
      await get(`/v1/${Math.random()}`);
      const text = await until('the counters', async () => {
        const metrics = await edge.metrics.text();
        return metrics.includes('route="/v1/open"') && metrics.includes('route="unmatched"') && metrics;
      });
      expect(text).not.toMatch(/route="\/v1\/0\./);
    });
  });

  it('R55: HSTS where the public URL is https', async () => {
    const secure = await startEdge({ PUBLIC_URL: 'https://flits.example' });
    try {
      expect((await call(secure.url, 'GET', '/v1/open')).headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    } finally {
      await secure.stop();
    }
  });

  it('R43: behind a trusted proxy the address is the one it names', async () => {
    const proxied = await startEdge({ TRUSTED_PROXIES: '127.0.0.1' });
    try {
      await call(proxied.url, 'GET', '/v1/limited', { token: 'good', headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' } });
      expect(proxied.limiter.taken.at(-1)).toEqual(['login', 'address:203.0.113.9']);
    } finally {
      await proxied.stop();
    }
  });
});
