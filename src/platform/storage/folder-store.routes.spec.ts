import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../clock/index.js';
import { createLogger } from '../observability/index.js';
import { FolderStore } from './folder-store.js';
import { FolderStoreRoutes } from './folder-store.routes.js';
import { FolderUrls } from './folder-urls.js';

class SetClock extends Clock {
  time = 1_700_000_000_000;

  override now(): number {
    return this.time;
  }
}

const ORIGIN = 'https://app.example';
const NAME = '7f/1700003600000/incoming/0123456789abcdef';
const body = randomBytes(2_000_000);
const sha256 = createHash('sha256').update(body).digest('hex');
const clock = new SetClock();
const started = clock.time;
const urls = new FolderUrls({ publicUrl: 'http://flits.example', signingKey: randomBytes(32), clock });
const logged: string[] = [];
let folder: string;
let store: FolderStore;
let app: FastifyInstance;

beforeEach(async () => {
  clock.time = started;
  logged.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'flits-routes-'));
  store = new FolderStore({ folder, urls });
  await store.init();
  const loggerInstance = createLogger({ level: 'trace', destination: { write: (line) => void logged.push(line) } });
  app = Fastify({ loggerInstance, bodyLimit: 1000 }) as unknown as FastifyInstance;
  new FolderStoreRoutes(store, urls, { allowedOrigins: [ORIGIN] }).register(app);
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const grant = (contentType = 'application/octet-stream') => ({
  name: NAME,
  bytes: body.length,
  sha256,
  contentType,
  expiresAt: clock.time + 60_000,
});
const pathOf = (url: string) => url.replace('http://flits.example', '');

function put(changes: InjectOptions = {}, contentType?: string): Promise<LightMyRequestResponse> {
  const signed = urls.signPut(grant(contentType));
  const { headers, ...others } = changes;
  return app.inject({ method: 'PUT', url: pathOf(signed.url), payload: body, headers: { ...signed.headers, ...headers }, ...others });
}

async function filesIn(path: string): Promise<string[]> {
  return (await readdir(join(folder, path), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

describe('PUT /objects/*', () => {
  it('stores a body larger than the app takes elsewhere', async () => {
    const answer = await put();
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect((await store.get(NAME, { maxBytes: body.length }))?.equals(body)).toBe(true);
    expect(await filesIn('temp')).toEqual([]);
  });

  it('takes JSON as bytes, not as JSON', async () => {
    expect((await put({}, 'application/json')).statusCode).toBe(200);
  });

  it.each<[string, InjectOptions, number]>([
    ['another type', { headers: { 'content-type': 'text/html' } }, 400],
    ['a type that is none', { headers: { 'content-type': 'nonsense' } }, 415],
    ['another checksum', { headers: { 'x-amz-checksum-sha256': createHash('sha256').update('x').digest('base64') } }, 400],
    ['another length', { payload: body.subarray(1) }, 400],
    ['other bytes', { payload: Buffer.from(body).fill(0, 1000, 2000) }, 400],
  ])('%s: nothing stored, nothing left', async (_what, changes, status) => {
    const answer = await put(changes);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status });
    expect(await filesIn('.')).toEqual([]);
  });

  it('R2: a link past its time, or none', async () => {
    const { url } = urls.signPut(grant());
    clock.time += 60_000;
    expect((await put({ url: pathOf(url) })).statusCode).toBe(403);
    expect((await put({ url: `/objects/${NAME}` })).statusCode).toBe(403);
    expect((await put({ url: '/objects/' })).statusCode).toBe(403);
    expect((await put({ url: pathOf(url).replace('7f/', '..%2f7f/') })).statusCode).toBe(403);
    expect(await filesIn('.')).toEqual([]);
  });

  it('a connection that breaks off leaves nothing', async () => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as { port: number };
    const signed = urls.signPut(grant());
    const changes = watch(join(folder, 'temp'));
    const began = once(changes, 'change');
    const outgoing = request({
      port,
      host: '127.0.0.1',
      method: 'PUT',
      path: pathOf(signed.url),
      headers: { ...signed.headers, 'content-length': body.length },
    });
    outgoing.on('error', () => undefined);
    outgoing.write(body.subarray(0, 1_000_000));
    await began;
    expect(await filesIn('temp')).toHaveLength(1);
    const wiped = new Promise<void>((resolve) => {
      changes.on('change', () => void filesIn('temp').then((files) => files.length === 0 && resolve()));
    });
    outgoing.destroy();
    await wiped;
    changes.close();
    expect(await filesIn('.')).toEqual([]);
  });

  it('says that it is away, and no path, when the disk is', async () => {
    await rm(folder, { recursive: true });
    const answer = await put();
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.body).not.toContain(folder);
    expect((await app.inject({ url: pathOf(urls.signGet(grant())) })).statusCode).toBe(503);
  });
});

describe('GET, HEAD and OPTIONS /objects/*', () => {
  beforeEach(() => store.put(NAME, body, { contentType: 'application/octet-stream' }));

  it('R20: fixed type, nosniff, no-store, sandboxed, no cookies', async () => {
    const { statusCode, headers, rawPayload } = await app.inject({ url: pathOf(urls.signGet(grant('image/webp'))) });
    expect(statusCode).toBe(200);
    expect(rawPayload.equals(body)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'image/webp',
      'content-length': '2000000',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('refusals carry the same headers', async () => {
    const { statusCode, headers } = await app.inject({ url: `/objects/${NAME}` });
    expect(statusCode).toBe(403);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it('HEAD tells the length and sends nothing', async () => {
    const { statusCode, headers, rawPayload } = await app.inject({ method: 'HEAD', url: pathOf(urls.signGet(grant())) });
    expect([statusCode, headers['content-length'], rawPayload.length]).toEqual([200, '2000000', 0]);
  });

  it('a range that is not there names the size; a condition it cannot judge gives the whole', async () => {
    const url = pathOf(urls.signGet(grant()));
    const beyond = await app.inject({ url, headers: { range: 'bytes=2000000-' } });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */2000000']);
    const conditional = await app.inject({ url, headers: { range: 'bytes=0-1', 'if-range': '"tag"' } });
    expect([conditional.statusCode, conditional.rawPayload.length]).toEqual([200, body.length]);
  });

  it('R55: allowed origins may read answers and send what a PUT needs, others may not', async () => {
    const url = pathOf(urls.signGet(grant()));
    const from = async (origin: string, method: 'GET' | 'OPTIONS') => (await app.inject({ method, url, headers: { origin } })).headers;
    expect(await from(ORIGIN, 'GET')).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'origin' });
    expect(await from(ORIGIN, 'OPTIONS')).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, HEAD, PUT',
      'access-control-allow-headers': 'content-type, range, x-amz-checksum-sha256',
    });
    for (const method of ['GET', 'OPTIONS'] as const) {
      const headers = await from('https://evil.example', method);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers.vary).toBe('origin');
    }
  });

  it('R33: no signature reaches the log', async () => {
    const url = pathOf(urls.signGet(grant()));
    await app.inject({ url });
    await put();
    await put({ payload: body.subarray(1) });
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('')).not.toContain(new URLSearchParams(url.split('?')[1]).get('signature'));
    expect(logged.join('')).not.toContain('signature=');
  });
});
