import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { FolderStore } from './folder-store.js';

const TYPE = { contentType: 'application/octet-stream' };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let folder: string;
let store: FolderStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flits-folder-'));
  store = new FolderStore({ folder });
  await store.init();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('FolderStore on its disk', () => {
  it('wipes what a crash left half-written, and keeps the objects', async () => {
    await store.put('00/1/a', Buffer.from('kept'), TYPE);
    await writeFile(join(folder, 'temp', 'stray'), 'half');
    await new FolderStore({ folder }).init();
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
    expect((await store.get('00/1/a', { maxBytes: 10 }))?.toString()).toBe('kept');
  });

  it('is readable by its owner alone', async () => {
    await store.put('00/1/a', Buffer.from('x'), TYPE);
    const modes = await Promise.all(['objects', 'objects/00/1', 'objects/00/1/a', 'temp'].map((path) => stat(join(folder, path))));
    expect(modes.map(({ mode }) => mode & 0o077)).toEqual([0, 0, 0, 0]);
  });

  it('removes folders that became empty', async () => {
    await store.put('00/1/a', Buffer.from('x'), TYPE);
    await store.put('00/2/b', Buffer.from('x'), TYPE);
    await store.deleteMany(['00/1/a']);
    expect(await readdir(join(folder, 'objects/00'))).toEqual(['2']);
    await store.deleteMany(['00/2/b', '00/2/never']);
    expect(await readdir(join(folder, 'objects'))).toEqual([]);
  });

  it('leaves no temporary file behind, whatever comes of a write', async () => {
    await mkdir(join(folder, 'objects', '00', 'taken', 'by-a-folder'), { recursive: true });
    await expect(store.put('00/taken', Buffer.from('x'), TYPE)).rejects.toMatchObject({ operation: 'put', reason: 'EISDIR' });
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from('ha');
        await Promise.reject(new Error('the line broke'));
      })(),
    );
    await expect(store.receive({ name: '00/1/a', bytes: 4, sha256: sha256('half') }, failing)).rejects.toThrow('the line broke');
    expect(await store.receive({ name: '00/1/a', bytes: 1, sha256: sha256('x') }, Readable.from([Buffer.from('longer')]))).toBe(false);
    expect(await store.receive({ name: '00/1/a', bytes: 9, sha256: sha256('x') }, Readable.from([Buffer.from('x')]))).toBe(false);
    expect(await store.receive({ name: '00/1/a', bytes: 1, sha256: sha256('y') }, Readable.from([Buffer.from('x')]))).toBe(false);
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
    expect((await store.list('00/1/')).names).toEqual([]);
  });

  it('lists no file that it did not name itself', async () => {
    await store.put('00/1/a', Buffer.from('x'), TYPE);
    await writeFile(join(folder, 'objects', '00', '.DS_Store'), '');
    await writeFile(join(folder, 'objects', '00', '1', 'a copy'), '');
    expect((await store.list('')).names).toEqual(['00/1/a']);
  });

  it('rejects when its disk goes away while it runs: that is not "gone"', async () => {
    await store.put('00/1/a', Buffer.from('x'), TYPE);
    await rm(folder, { recursive: true });
    await expect(store.get('00/1/a', { maxBytes: 10 })).rejects.toMatchObject({ operation: 'get', reason: 'ENOENT' });
    await expect(store.head('00/1/a')).rejects.toMatchObject({ operation: 'head', reason: 'ENOENT' });
    await expect(store.list('00/1/')).rejects.toMatchObject({ operation: 'list', reason: 'ENOENT' });
    await expect(store.put('00/1/b', Buffer.from('x'), TYPE)).rejects.toMatchObject({ operation: 'put', reason: 'ENOENT' });
    await expect(store.check()).rejects.toMatchObject({ operation: 'check', reason: 'ENOENT' });
    expect(await store.deleteMany(['00/1/a'])).toEqual([{ name: '00/1/a', deleted: false, reason: 'ENOENT' }]);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });

  it('two of them on two folders know nothing of each other', async () => {
    const vault = new FolderStore({ folder: join(folder, 'vault') });
    await vault.init();
    await vault.put('hours/1', Buffer.from('key'), TYPE);
    expect((await store.list('')).names).toEqual([]);
    expect((await vault.list('')).names).toEqual(['hours/1']);
  });

  it('R6: without a signer it hands out no links', async () => {
    const grant = { name: 'hours/1', ...TYPE, expiresAt: Infinity };
    await expect(store.signGet(grant)).rejects.toThrow('no links');
    await expect(store.signPut({ ...grant, bytes: 1, sha256: sha256('x') })).rejects.toThrow('no links');
  });
});

describe('FolderStore listings', () => {
  it('any names, any prefix, any page: the same as sorting and cutting the whole', async () => {
    const segment = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '_', 'Z', '0'), minLength: 1, maxLength: 3 });
    const names = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.map((part) => `a${part}`).join('/')),
      {
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), fc.nat({ max: 6 }), fc.integer({ min: 1, max: 5 }), async (drawn, which, cut, limit) => {
        // On a disk a name cannot be a folder as well.
        const all = drawn.filter((name) => !drawn.some((other) => other.startsWith(`${name}/`))).sort();
        const prefix = (all[which % Math.max(1, all.length)] ?? '').slice(0, cut);
        for (const name of all) await store.put(name, Buffer.alloc(0), TYPE);
        const listed: string[] = [];
        for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
          const page = await store.list(prefix, { cursor, limit });
          listed.push(...page.names);
          cursor = page.next;
        }
        expect(listed).toEqual(all.filter((name) => name.startsWith(prefix)));
        await store.deleteMany(all);
        expect(await readdir(join(folder, 'objects'))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
