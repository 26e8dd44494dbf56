import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clock } from '../clock/index.js';
import { ObjectStoreError } from './object-store.js';
import { S3Store, type S3StoreOptions } from './s3-store.js';

/**
 * What can be known without an S3 server: how links are signed, and how answers are read that a well-behaved server does not
 * give on demand. The contract suite runs against a real one.
 */
class SetClock extends Clock {
  time = Date.parse('2026-03-04T05:06:07.890Z');

  override now(): number {
    return this.time;
  }
}

const clock = new SetClock();
const SHA256 = 'ab'.repeat(32);
const TYPE = 'application/octet-stream';
let server: Server | undefined;
const stores: S3Store[] = [];

function storeAt(endpoint: string, more: Partial<S3StoreOptions> = {}): S3Store {
  const store = new S3Store({
    endpoint,
    region: 'eu-test-1',
    bucket: 'media',
    accessKeyId: 'access',
    secretAccessKey: 'secret',
    forcePathStyle: true,
    clock,
    ...more,
  });
  stores.push(store);
  return store;
}

/** A server that answers as told, and a store that talks to it. */
async function answering(listener: RequestListener, more: Partial<S3StoreOptions> = {}): Promise<S3Store> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return storeAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, more);
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('R7: signed links', () => {
  const store = () => storeAt('http://10.0.0.1:9000', { publicEndpoint: 'https://media.flits.example' });

  it('a PUT signs length, type and checksum, and sends them as headers', async () => {
    const put = { name: '00/1/a', bytes: 5, sha256: SHA256, contentType: TYPE, expiresAt: clock.time + 60_000 };
    const signed = await store().signPut(put);
    const url = new URL(signed.url);
    expect(url.searchParams.get('X-Amz-SignedHeaders')?.split(';').sort()).toEqual([
      'content-length',
      'content-type',
      'host',
      'x-amz-checksum-sha256',
    ]);
    expect(signed.headers).toEqual({ 'content-type': TYPE, 'x-amz-checksum-sha256': Buffer.from(SHA256, 'hex').toString('base64') });
    expect([...url.searchParams.keys()].filter((key) => /checksum/i.test(key))).toEqual([]);
  });

  it('point to the public endpoint', async () => {
    const url = await store().signGet({ name: '00/1/a', contentType: 'image/webp', expiresAt: clock.time + 60_000 });
    expect(url).toMatch(/^https:\/\/media\.flits\.example\/media\/00\/1\/a\?/);
  });

  it('R2: are dated by the clock given, and never outlive what they were made for', async () => {
    const signer = store();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1000, max: 600_000 }), async (now, left) => {
        clock.time = now;
        const { searchParams } = new URL(await signer.signGet({ name: '00/1/a', contentType: TYPE, expiresAt: now + left }));
        const date = searchParams.get('X-Amz-Date')?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z') ?? '';
        const end = Date.parse(date) + Number(searchParams.get('X-Amz-Expires')) * 1000;
        expect(Math.abs(Date.parse(date) - now)).toBeLessThan(1000);
        expect(end).toBeLessThanOrEqual(now + left);
        expect(end).toBeGreaterThan(now + left - 1000);
      }),
      { numRuns: 30 },
    );
  });
});

describe('R29: check refuses a bucket that keeps copies', () => {
  const empty = '<?xml version="1.0"?><VersioningConfiguration/>';
  const off: Record<string, [number, string]> = {
    versioning: [200, empty],
    'object-lock': [404, errorOf('ObjectLockConfigurationNotFoundError')],
    replication: [404, errorOf('ReplicationConfigurationNotFoundError')],
  };

  function errorOf(code: string): string {
    return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;
  }

  function bucket(changes: Record<string, [number, string]>): Promise<S3Store> {
    return answering((request, response) => {
      const [, question = ''] = /\?([a-z-]+)/.exec(request.url ?? '') ?? [];
      const [status, body] = { ...off, ...changes }[question] ?? [200, ''];
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
    });
  }

  it('passes where all are off', async () => {
    await expect((await bucket({})).check()).resolves.toBeUndefined();
  });

  it.each(['NotImplemented', 'MethodNotAllowed'])('a call answered with %s counts as off', async (code) => {
    const unknown: [number, string] = [code === 'NotImplemented' ? 501 : 405, errorOf(code)];
    const store = await bucket({ versioning: unknown, 'object-lock': unknown, replication: unknown });
    await expect(store.check()).resolves.toBeUndefined();
  });

  it.each<[string, Record<string, [number, string]>]>([
    ['VersioningEnabled', { versioning: [200, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'] }],
    ['VersioningSuspended', { versioning: [200, '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'] }],
    [
      'ObjectLockEnabled',
      { 'object-lock': [200, '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>'] },
    ],
    ['ReplicationEnabled', { replication: [200, '<ReplicationConfiguration><Role>r</Role></ReplicationConfiguration>'] }],
    ['AccessDenied', { versioning: [403, errorOf('AccessDenied')] }],
    ['AccessDenied', { 'object-lock': [403, errorOf('AccessDenied')] }],
    ['AccessDenied', { replication: [403, errorOf('AccessDenied')] }],
  ])('%s', async (reason, changes) => {
    await expect((await bucket(changes)).check()).rejects.toMatchObject({ operation: 'check', reason });
  });
});

describe('"access denied" and silence are never "gone"', () => {
  it('deleteMany reads the result of each name', async () => {
    const store = await answering((_request, response) => {
      response.end(`<?xml version="1.0"?><DeleteResult>
        <Deleted><Key>00/1/gone</Key></Deleted>
        <Error><Key>00/1/never</Key><Code>NoSuchKey</Code></Error>
        <Error><Key>00/1/denied</Key><Code>AccessDenied</Code></Error></DeleteResult>`);
    });
    expect(await store.deleteMany(['00/1/gone', '00/1/never', '00/1/denied', '00/1/silent'])).toEqual([
      { name: '00/1/gone', deleted: true },
      { name: '00/1/never', deleted: true },
      { name: '00/1/denied', deleted: false, reason: 'AccessDenied' },
      { name: '00/1/silent', deleted: false, reason: 'NotReported' },
    ]);
  });

  it.each([403, 500, 503])('status %i without a word rejects', async (status) => {
    const store = await answering((_request, response) => response.writeHead(status).end());
    await expect(store.head('00/1/a')).rejects.toBeInstanceOf(ObjectStoreError);
    await expect(store.get('00/1/a', { maxBytes: 10 })).rejects.toBeInstanceOf(ObjectStoreError);
    await expect(store.deleteMany(['00/1/a'])).rejects.toBeInstanceOf(ObjectStoreError);
    await expect(store.list('')).rejects.toBeInstanceOf(ObjectStoreError);
  });

  it('a 404 that does not say NoSuchKey is not an absent object', async () => {
    const store = await answering((_request, response) => response.writeHead(404).end('<Error><Code>NoSuchBucket</Code></Error>'));
    await expect(store.get('00/1/a', { maxBytes: 10 })).rejects.toMatchObject({ reason: 'NoSuchBucket' });
    await expect(store.head('00/1/a')).rejects.toMatchObject({ operation: 'head' });
  });

  it('nobody listening', async () => {
    await expect(storeAt('http://127.0.0.1:1').get('00/1/a', { maxBytes: 10 })).rejects.toBeInstanceOf(ObjectStoreError);
  });

  it('no answer in time', async () => {
    const store = await answering(() => undefined, { requestTimeoutMs: 50 });
    await expect(store.head('00/1/a')).rejects.toMatchObject({ operation: 'head', reason: 'TimeoutError' });
  });

  it('no answer to what is small, all tries together, long before a large one is given up', async () => {
    const store = await answering(() => undefined, { smallTimeoutMs: 50 });
    const late = { reason: 'TimeoutError' };
    await expect(store.head('00/1/a')).rejects.toMatchObject(late);
    await expect(store.get('hours/1', { maxBytes: 1024 })).rejects.toMatchObject(late);
    await expect(store.put('hours/1', Buffer.alloc(60), { contentType: TYPE })).rejects.toMatchObject(late);
    await expect(store.check()).rejects.toMatchObject(late);
  });

  it('an object that stops half-way', async () => {
    const listener: RequestListener = (_request, response) => void response.writeHead(200, { 'content-length': '10' }).write('half');
    const store = await answering(listener, { requestTimeoutMs: 50 });
    await expect(store.get('00/1/a', { maxBytes: 10 })).rejects.toMatchObject({ operation: 'get', reason: 'TimeoutError' });
  });

  it('an object that is cut off', async () => {
    const store = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    await expect(store.get('00/1/a', { maxBytes: 10 })).rejects.toMatchObject({ operation: 'get', reason: 'ECONNRESET' });
  });

  it('R33: the error carries a code, and neither the request nor its signature', async () => {
    const store = await answering((_request, response) => {
      response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>c4n4ry</SignatureProvided></Error>');
    });
    const error = await store.get('00/1/a', { maxBytes: 10 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'SignatureDoesNotMatch' });
    expect(error).not.toHaveProperty('cause');
    expect(JSON.stringify({ ...(error as object) })).not.toContain('c4n4ry');
  });
});
