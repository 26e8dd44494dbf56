import fc from 'fast-check';
import { createHash, randomBytes } from 'node:crypto';
import { Clock } from '../clock/index.js';
import { FolderUrls } from './folder-urls.js';

class SetClock extends Clock {
  time = 1_700_000_000_000;

  override now(): number {
    return this.time;
  }
}

const clock = new SetClock();
const started = clock.time;
const options = { publicUrl: 'https://flits.example/base', signingKey: randomBytes(32), clock };
const urls = new FolderUrls(options);
const name = '7f/1700003600000/incoming/0123456789abcdef';
const sha256 = createHash('sha256').update('x').digest('hex');
const put = { name, bytes: 100, sha256, contentType: 'application/octet-stream', expiresAt: started + 60_000 };
const get = { name, contentType: 'image/webp', expiresAt: started + 60_000 };

function taken(url: string): [string, Record<string, string>] {
  const { pathname, searchParams } = new URL(url);
  return [pathname.replace('/base/objects/', ''), Object.fromEntries(searchParams)];
}

beforeEach(() => {
  clock.time = started;
});

describe('folder links', () => {
  it('say what they grant, and where', () => {
    const signed = urls.signPut(put);
    expect(signed.url).toMatch(/^https:\/\/flits\.example\/base\/objects\/7f\/1700003600000\/incoming\/0123456789abcdef\?/);
    expect(signed.headers).toEqual({
      'content-type': 'application/octet-stream',
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
    });
    expect(urls.readPut(...taken(signed.url))).toEqual(put);
    expect(urls.readGet(...taken(urls.signGet(get)))).toEqual(get);
  });

  it('R6: one method each', () => {
    expect(urls.readGet(...taken(urls.signPut(put).url))).toBeUndefined();
    expect(urls.readPut(...taken(urls.signGet(get)))).toBeUndefined();
  });

  it('R2: end to the millisecond', () => {
    const url = urls.signGet(get);
    clock.time = get.expiresAt - 1;
    expect(urls.readGet(...taken(url))).toEqual(get);
    clock.time = get.expiresAt;
    expect(urls.readGet(...taken(url))).toBeUndefined();
  });

  it('of another key are worth nothing', () => {
    const others = new FolderUrls({ ...options, signingKey: randomBytes(32) });
    expect(urls.readPut(...taken(others.signPut(put).url))).toBeUndefined();
  });

  it('any change to any part is noticed', () => {
    const [, query] = taken(urls.signPut(put).url);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(query)), fc.nat(), fc.string({ maxLength: 2 }), (key, at, text) => {
        const value = query[key] ?? '';
        const position = at % (value.length + 1);
        const changed = value.slice(0, position) + text + value.slice(position + 1);
        if (changed !== value) expect(urls.readPut(name, { ...query, [key]: changed })).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('a signature has one spelling: bits that base64url drops count too', () => {
    const [, query] = taken(urls.signPut(put).url);
    const { signature = '' } = query;
    const spellings = Array.from(
      { length: 64 },
      (_, bits) =>
        signature.slice(0, -1) +
        Buffer.from([bits << 2])
          .toString('base64url')
          .slice(0, 1),
    );
    expect(spellings.filter((spelling) => urls.readPut(name, { ...query, signature: spelling }))).toEqual([signature]);
  });

  it('parts that are missing, double or more than there should be', () => {
    const [, query] = taken(urls.signPut(put).url);
    for (const key of Object.keys(query)) {
      const { [key]: value, ...rest } = query;
      expect(urls.readPut(name, rest)).toBeUndefined();
      expect(urls.readPut(name, { ...rest, [key]: [value, value] })).toBeUndefined();
    }
    expect(urls.readPut(name, { ...query, more: '1' })).toBeUndefined();
    expect(urls.readPut(`${name}0`, query)).toBeUndefined();
    expect(urls.readPut('../x', query)).toBeUndefined();
  });

  it.each(['text/html; charset=utf-8', 'a\r\nb/c', 'octet-stream', ''])('%j is not signed as a type', (contentType) => {
    expect(() => urls.signPut({ ...put, contentType })).toThrow(RangeError);
    expect(() => urls.signGet({ ...get, contentType })).toThrow(RangeError);
  });
});
