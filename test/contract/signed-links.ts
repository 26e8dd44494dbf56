import { createHash, randomBytes } from 'node:crypto';
import { Fault } from '../../src/platform/faults/index.js';
import type { SignedPut } from '../../src/platform/storage/index.js';
import { exchange, type Sent } from './http-exchange.js';
import { empty, type StoreUnderTest } from './stores.js';

const NAME = '7f/1700000000000/incoming/0123456789abcdef';
const OTHER = '7f/1700000000000/incoming/fedcba9876543210';
const TYPE = 'application/octet-stream';
const MINUTE = 60_000;
const everything = { maxBytes: 10_000_000 };
const content = randomBytes(100_000);
const hash = (bytes: Buffer, encoding: 'hex' | 'base64') => createHash('sha256').update(bytes).digest(encoding);

/** Links by which people put and get objects past the api, tried by real HTTP. */
export function signedLinksContract(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  beforeAll(async () => {
    under = await open();
  });
  afterEach(async () => {
    under.clock.shiftMs = 0;
    await empty(under.store);
  });
  afterAll(() => under.close());

  const grantOf = (bytes = content) => ({
    name: NAME,
    bytes: bytes.length,
    sha256: hash(bytes, 'hex'),
    contentType: TYPE,
    expiresAt: under.clock.now() + MINUTE,
  });
  const signPut = (bytes = content) => under.store.signPut(grantOf(bytes));
  const signGet = (name = NAME) => under.store.signGet({ name, contentType: 'image/webp', expiresAt: under.clock.now() + MINUTE });
  const withLength = (signed: SignedPut, body: Buffer) => ({ ...signed.headers, 'content-length': String(body.length) });

  describe('R7: a PUT link', () => {
    it.each([0, 1, 100_000, 3_000_000])('takes the %i bytes it was made for', async (bytes) => {
      const body = randomBytes(bytes);
      const signed = await signPut(body);
      expect((await exchange(signed.url, { method: signed.method, headers: withLength(signed, body), body })).status).toBe(200);
      expect((await under.store.get(NAME, everything))?.equals(body)).toBe(true);
    });

    it('works with fetch and the headers given, as a phone will do it', async () => {
      const signed = await signPut();
      const answer = await fetch(signed.url, { method: signed.method, headers: signed.headers, body: content });
      expect(answer.status).toBe(200);
      expect(await under.store.head(NAME)).toEqual({ bytes: content.length });
    });

    it('takes the same bytes again', async () => {
      const signed = await signPut();
      const put = { method: 'PUT', headers: withLength(signed, content), body: content };
      expect((await exchange(signed.url, put)).status).toBe(200);
      expect((await exchange(signed.url, put)).status).toBe(200);
      expect((await under.store.get(NAME, everything))?.equals(content)).toBe(true);
    });

    it('can be made anew for the same bytes', async () => {
      const [one, two] = [await signPut(), await under.store.signPut({ ...grantOf(), expiresAt: under.clock.now() + 2 * MINUTE })];
      for (const signed of [one, two]) {
        expect((await exchange(signed.url, { method: 'PUT', headers: withLength(signed, content), body: content })).status).toBe(200);
      }
    });

    const shorter = content.subarray(1);
    const longer = Buffer.concat([content, Buffer.from('x')]);
    const other = Buffer.from(content).fill(0, 0, 1000);
    const attacks: [string, (signed: SignedPut) => Sent & { url?: string }][] = [
      ['fewer bytes', (signed) => ({ method: 'PUT', headers: withLength(signed, shorter), body: shorter })],
      ['more bytes', (signed) => ({ method: 'PUT', headers: withLength(signed, longer), body: longer })],
      ['other bytes of the same length', (signed) => ({ method: 'PUT', headers: withLength(signed, other), body: other })],
      [
        'other bytes with their own checksum',
        (signed) => ({
          method: 'PUT',
          headers: { ...withLength(signed, other), 'x-amz-checksum-sha256': hash(other, 'base64') },
          body: other,
        }),
      ],
      [
        'another type',
        (signed) => ({ method: 'PUT', headers: { ...withLength(signed, content), 'content-type': 'text/html' }, body: content }),
      ],
      ['no type', (signed) => ({ method: 'PUT', headers: without(withLength(signed, content), 'content-type'), body: content })],
      [
        'no checksum',
        (signed) => ({ method: 'PUT', headers: without(withLength(signed, content), 'x-amz-checksum-sha256'), body: content }),
      ],
      ['no length', (signed) => ({ method: 'PUT', headers: { ...signed.headers, 'transfer-encoding': 'chunked' }, body: content })],
      [
        'a changed signature',
        (signed) => ({ url: forged(signed.url), method: 'PUT', headers: withLength(signed, content), body: content }),
      ],
      ['no signature', (signed) => ({ url: unsigned(signed.url), method: 'PUT', headers: withLength(signed, content), body: content })],
      [
        'another name',
        (signed) => ({ url: signed.url.replace(NAME, OTHER), method: 'PUT', headers: withLength(signed, content), body: content }),
      ],
      ['POST', (signed) => ({ method: 'POST', headers: withLength(signed, content), body: content })],
      ['DELETE', () => ({ method: 'DELETE' })],
      ['GET', () => ({ method: 'GET' })],
    ];
    it.each(attacks)('with %s is refused and leaves nothing', async (_what, attack) => {
      const signed = await signPut();
      const { url = signed.url, ...sent } = attack(signed);
      const { status } = await exchange(url, sent);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect((await under.store.list('')).names).toEqual([]);
    });

    it('a refused PUT leaves the object that was there', async () => {
      await under.store.put(NAME, content, { contentType: TYPE });
      const signed = await signPut();
      expect(
        (await exchange(signed.url, { method: 'PUT', headers: withLength(signed, other), body: other })).status,
      ).toBeGreaterThanOrEqual(400);
      expect((await under.store.get(NAME, everything))?.equals(content)).toBe(true);
    });

    it('a PUT that breaks off leaves nothing, and the link still works', async () => {
      const signed = await signPut();
      const half = content.subarray(0, 50_000);
      const broken = new AbortController();
      const body = new ReadableStream({
        pull(controller) {
          controller.enqueue(half);
          broken.abort();
        },
      });
      const headers = { ...signed.headers, 'content-length': String(content.length) };
      await expect(fetch(signed.url, { method: 'PUT', headers, body, duplex: 'half', signal: broken.signal })).rejects.toThrow();
      expect((await under.store.list('')).names).toEqual([]);
      expect((await exchange(signed.url, { method: 'PUT', headers: withLength(signed, content), body: content })).status).toBe(200);
    });

    it('past its time is refused', async () => {
      under.clock.shiftMs = -10 * MINUTE;
      const signed = await signPut();
      under.clock.shiftMs = 0;
      expect((await exchange(signed.url, { method: 'PUT', headers: withLength(signed, content), body: content })).status).toBe(403);
      expect((await under.store.list('')).names).toEqual([]);
    });
  });

  describe('R6: a GET link', () => {
    beforeEach(() => under.store.put(NAME, content, { contentType: TYPE }));

    it('R20: reads the object under the type it was made with, to be kept nowhere', async () => {
      const { status, headers, body } = await exchange(await signGet(), { method: 'GET' });
      expect(status).toBe(200);
      expect(body.equals(content)).toBe(true);
      expect(headers).toMatchObject({ 'content-type': 'image/webp', 'content-length': '100000', 'cache-control': 'no-store' });
      expect(headers['set-cookie']).toBeUndefined();
    });

    it.each([
      ['bytes=0-0', 0, 0],
      ['bytes=10-19', 10, 19],
      ['bytes=99990-', 99_990, 99_999],
      ['bytes=-10', 99_990, 99_999],
      ['bytes=99990-200000', 99_990, 99_999],
    ])('reads the range %s', async (range, start, end) => {
      const { status, headers, body } = await exchange(await signGet(), { method: 'GET', headers: { range } });
      expect(status).toBe(206);
      expect(headers['content-range']).toBe(`bytes ${start}-${end}/100000`);
      expect(headers['content-type']).toBe('image/webp');
      expect(body.equals(content.subarray(start, end + 1))).toBe(true);
    });

    it('says so where a range is not there', async () => {
      const { status } = await exchange(await signGet(), { method: 'GET', headers: { range: 'bytes=100000-' } });
      expect(status).toBe(416);
    });

    it('reads an empty object', async () => {
      await under.store.put(NAME, Buffer.alloc(0), { contentType: TYPE });
      const { status, body } = await exchange(await signGet(), { method: 'GET' });
      expect([status, body.length]).toEqual([200, 0]);
    });

    it('to an object that is gone is 404', async () => {
      const url = await signGet();
      await under.store.deleteMany([NAME]);
      expect((await exchange(url, { method: 'GET' })).status).toBe(404);
    });

    it.each<[string, (url: string) => Sent & { url?: string }]>([
      ['a changed signature', (url) => ({ url: forged(url), method: 'GET' })],
      ['no signature', (url) => ({ url: unsigned(url), method: 'GET' })],
      ['another name', (url) => ({ url: url.replace(NAME, OTHER), method: 'GET' })],
      ['another type', (url) => ({ url: url.replace('image%2Fwebp', 'text%2Fhtml'), method: 'GET' })],
      ['PUT', () => ({ method: 'PUT', headers: { 'content-length': '1' }, body: Buffer.from('x') })],
      ['DELETE', () => ({ method: 'DELETE' })],
    ])('with %s is refused and gives nothing', async (_what, attack) => {
      await under.store.put(OTHER, content, { contentType: TYPE });
      const signed = await signGet();
      const { url = signed, ...sent } = attack(signed);
      const { status, body } = await exchange(url, sent);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(body.includes(content.subarray(0, 16))).toBe(false);
      expect((await under.store.get(NAME, everything))?.equals(content)).toBe(true);
    });

    it('R2: past its time is refused', async () => {
      under.clock.shiftMs = -10 * MINUTE;
      const url = await signGet();
      under.clock.shiftMs = 0;
      const { status, body } = await exchange(url, { method: 'GET' });
      expect(status).toBe(403);
      expect(body.includes(content.subarray(0, 16))).toBe(false);
    });

    it('R8: nobody lists', async () => {
      const url = new URL(await signGet());
      const root = `${url.origin}${url.pathname.replace(NAME, '')}`;
      for (const listing of [root, `${root}?list-type=2`, `${root}7f/`, `${root}${url.search}`]) {
        const { status, body } = await exchange(listing, { method: 'GET' });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(body.includes('0123456789abcdef')).toBe(false);
      }
    });
  });

  describe('time left', () => {
    it.each([999, 0, -1, -MINUTE])('with %i ms there is no link', async (left) => {
      const expiresAt = under.clock.now() + left;
      const put = under.store.signPut({ ...grantOf(), expiresAt }).catch((error: unknown) => error);
      const get = under.store.signGet({ name: NAME, contentType: TYPE, expiresAt }).catch((error: unknown) => error);
      expect(await put).toBeInstanceOf(Fault);
      expect(await put).toMatchObject({ code: 'upload_expired' });
      expect(await get).toMatchObject({ code: 'snap_expired' });
    });
  });
}

/** The signature with its last character changed. */
function forged(url: string): string {
  return url.replace(
    /(signature=[^&]*)([^&])(&|$)/i,
    (_all, head: string, last: string, tail: string) => `${head}${last === '0' ? '1' : '0'}${tail}`,
  );
}

function unsigned(url: string): string {
  return url.replace(/[?&][^?&]*signature=[^&]*/i, '');
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
