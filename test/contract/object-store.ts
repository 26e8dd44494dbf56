import { createHash, randomBytes } from 'node:crypto';
import { ObjectStoreError, type ObjectStore } from '../../src/platform/storage/index.js';
import { empty, type StoreUnderTest } from './stores.js';

const TYPE = { contentType: 'application/octet-stream' };
const everything = { maxBytes: 10_000_000 };
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** What every ObjectStore does, whatever is behind it. Signed links have a suite of their own. */
export function objectStoreContract(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  let store: ObjectStore;
  beforeAll(async () => {
    under = await open();
    store = under.store;
  });
  afterEach(() => empty(store));
  afterAll(() => under.close());

  async function putAll(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => store.put(name, Buffer.from(name), TYPE)));
  }

  async function listAll(prefix: string, limit?: number): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(prefix, { cursor, limit });
      expect(page.names.length).toBeLessThanOrEqual(limit ?? 1000);
      names.push(...page.names);
      cursor = page.next;
    } while (cursor !== undefined);
    return names;
  }

  describe('put, get, head', () => {
    it.each([0, 1, 65_536, 1_500_000])('%i bytes come back as they were', async (bytes) => {
      const content = randomBytes(bytes);
      await store.put('ab/1700000000000/content', content, TYPE);
      expect(sha256((await store.get('ab/1700000000000/content', everything)) ?? Buffer.from('nothing'))).toBe(sha256(content));
      expect(await store.head('ab/1700000000000/content')).toEqual({ bytes });
    });

    it('a second put takes the place of the first', async () => {
      await store.put('ab/1/x', Buffer.from('the first and longer'), TYPE);
      await store.put('ab/1/x', Buffer.from('second'), TYPE);
      expect((await store.get('ab/1/x', everything))?.toString()).toBe('second');
    });

    it('what is not there is undefined, also below and above what is', async () => {
      await store.put('ab/1/x', Buffer.from('x'), TYPE);
      for (const name of ['ab/1/y', 'cd/1/x', 'ab/1/x/y', 'ab/1']) {
        expect(await store.get(name, everything)).toBeUndefined();
        expect(await store.head(name)).toBeUndefined();
      }
    });

    it('an object larger than the caller takes is refused, not cut', async () => {
      await store.put('ab/1/x', randomBytes(100), TYPE);
      await expect(store.get('ab/1/x', { maxBytes: 99 })).rejects.toMatchObject({ operation: 'get', reason: 'TooLarge' });
      expect(await store.get('ab/1/x', { maxBytes: 100 })).toHaveLength(100);
    });

    it('a reader among many writers sees one of the objects, never a mixture', async () => {
      const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(200_000, index));
      await store.put('ab/1/x', contents[0] ?? Buffer.alloc(0), TYPE);
      const writes = contents.map((content) => store.put('ab/1/x', content, TYPE));
      const reads = contents.map(() => store.get('ab/1/x', everything));
      const hashes = contents.map(sha256);
      for (const read of await Promise.all(reads)) expect(hashes).toContain(sha256(read ?? Buffer.from('nothing')));
      await Promise.all(writes);
    });
  });

  describe('list', () => {
    const sorted = ['00/1/a', '00/1/a-b', '00/1/a.b', '00/1/aB/c', '00/1/a_', '00/1/ab', '00/10/a', '00/2/a', '01/1/a', 'A/1/a'].sort();

    it('is in byte order, whatever the page', async () => {
      await putAll([...sorted].reverse());
      for (const limit of [1, 3, sorted.length, undefined]) expect(await listAll('', limit)).toEqual(sorted);
    });

    it('a prefix is a prefix of the name, not a folder', async () => {
      await putAll(sorted);
      for (const prefix of ['00', '00/', '00/1', '00/1/', '00/1/a', '00/1/a-b', '02/', '00/1/a/']) {
        expect(await listAll(prefix, 2)).toEqual(sorted.filter((name) => name.startsWith(prefix)));
      }
    });

    it('a page that ends with the last name has no next', async () => {
      await putAll(['00/1/a', '00/1/b']);
      expect(await store.list('00/1/', { limit: 2 })).toEqual({ names: ['00/1/a', '00/1/b'] });
    });

    it('goes on where it was, though what it had listed is gone', async () => {
      await putAll(['00/1/a', '00/1/b', '00/2/c', '00/3/d']);
      const { names, next } = await store.list('00/', { limit: 2 });
      await store.deleteMany(names);
      expect((await store.list('00/', { cursor: next })).names).toEqual(['00/2/c', '00/3/d']);
    });

    it.each([0, -1, 1.5, 1001, Number.NaN])('a page of %p names is refused', async (limit) => {
      await expect(store.list('', { limit })).rejects.toThrow(RangeError);
    });
  });

  describe('deleteMany', () => {
    it('gives each name its result, and what is not there is deleted', async () => {
      await putAll(['00/1/a', '00/1/b', '01/1/c']);
      const results = await store.deleteMany(['00/1/a', '00/1/never', '01/1/c', '77/9/never']);
      expect(results).toEqual(['00/1/a', '00/1/never', '01/1/c', '77/9/never'].map((name) => ({ name, deleted: true })));
      expect(await listAll('')).toEqual(['00/1/b']);
      expect(await store.get('00/1/a', everything)).toBeUndefined();
    });

    it('takes 1,000 names at once, and none', async () => {
      const names = Array.from({ length: 1000 }, (_, index) => `${(index % 7).toString(16).padStart(2, '0')}/1/${index}`);
      await putAll(names.slice(0, 50));
      const results = await store.deleteMany(names);
      expect(results).toHaveLength(1000);
      expect(results.filter(({ deleted }) => !deleted)).toEqual([]);
      expect(await listAll('')).toEqual([]);
      expect(await store.deleteMany([])).toEqual([]);
      await expect(store.deleteMany([...names, 'one/more'])).rejects.toThrow(RangeError);
    });

    it('an object put again after its deletion is there again', async () => {
      await putAll(['00/1/a']);
      await store.deleteMany(['00/1/a']);
      await putAll(['00/1/a']);
      expect(await listAll('')).toEqual(['00/1/a']);
    });

    it('puts beside deletions in the same place lose nothing', async () => {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await store.put(`00/1/gone-${index}`, Buffer.from('x'), TYPE);
          await Promise.all([store.deleteMany([`00/1/gone-${index}`]), store.put(`00/${index}/kept`, Buffer.from('x'), TYPE)]);
        }),
      );
      expect(await listAll('')).toEqual(Array.from({ length: 20 }, (_, index) => `00/${index}/kept`).sort());
    });
  });

  describe('names', () => {
    it.each([
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '..',
      '../a',
      'a/../b',
      'a/./b',
      '.a',
      'a/.b',
      'a\\b',
      'a b',
      'a\0',
      'ä',
      'a%2fb',
      'a?b',
      'a'.repeat(257),
    ])('R24: %j is refused everywhere', async (name) => {
      const link = { name, ...TYPE, expiresAt: under.clock.now() + 60_000 };
      await expect(store.put(name, Buffer.from('x'), TYPE)).rejects.toThrow(RangeError);
      await expect(store.get(name, everything)).rejects.toThrow(RangeError);
      await expect(store.head(name)).rejects.toThrow(RangeError);
      await expect(store.deleteMany(['a', name])).rejects.toThrow(RangeError);
      await expect(store.signGet(link)).rejects.toThrow(RangeError);
      await expect(store.signPut({ ...link, bytes: 1, sha256: sha256(Buffer.from('x')) })).rejects.toThrow(RangeError);
    });
  });

  describe('a store that is away is never an empty one', () => {
    it.each<[string, (absent: ObjectStore) => Promise<unknown>]>([
      ['put', (absent) => absent.put('00/1/a', Buffer.from('x'), TYPE)],
      ['get', (absent) => absent.get('00/1/a', everything)],
      ['head', (absent) => absent.head('00/1/a')],
      ['list', (absent) => absent.list('00/1/')],
      ['check', (absent) => absent.check()],
    ])('%s rejects', async (operation, work) => {
      const error: unknown = await work(under.absent).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ObjectStoreError);
      expect(error).toMatchObject({ operation });
    });

    it('deleteMany says of no name that it is gone', async () => {
      const results = await under.absent.deleteMany(['00/1/a']).catch((error: unknown) => error);
      if (results instanceof Error) expect(results).toBeInstanceOf(ObjectStoreError);
      else expect(results).toEqual([{ name: '00/1/a', deleted: false, reason: expect.any(String) as string }]);
    });
  });

  it('check passes', async () => {
    await expect(store.check()).resolves.toBeUndefined();
  });
}
