import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deriveKey, unsealKey } from '../crypto/index.js';
import { Random } from '../ids/index.js';
import { FolderStore, type DeleteResult, type ObjectHead } from '../storage/index.js';
import { ObjectKeyVault } from './object-key-vault.js';

const LABEL = 1_700_000_000_000;
const NAME = `hours/${LABEL}`;
const TYPE = { contentType: 'application/octet-stream' };
const masterKey = randomBytes(32);
let folder: string;
let store: FolderStore;
let vault: ObjectKeyVault;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flits-vault-'));
  store = new FolderStore({ folder });
  await store.init();
  vault = new ObjectKeyVault(store, masterKey, new Random());
});
afterEach(() => rm(folder, { recursive: true }));

const bodyOf = async (name = NAME) => (await store.get(name, { maxBytes: 1024 })) ?? Buffer.alloc(0);

describe('ObjectKeyVault: its objects', () => {
  it('version, id of the master key, sealed key: and the key itself nowhere', async () => {
    const key = await vault.createOrRead(LABEL);
    const body = await readFile(join(folder, 'objects', NAME));
    expect(body).toHaveLength(1 + 8 + 60);
    expect(body[0]).toBe(1);
    expect(body.subarray(1, 9)).toEqual(deriveKey(masterKey, 'flits-master-key-id-v1', 8));
    expect(unsealKey(deriveKey(masterKey, 'flits-hour-key-wrap-v1'), body.subarray(9), NAME)).toEqual(key);
    expect(body.includes(key)).toBe(false);
    expect(body.includes(masterKey)).toBe(false);
  });

  it('an object moved to another hour does not open', async () => {
    await vault.createOrRead(LABEL);
    await store.put(`hours/${LABEL + 1}`, await bodyOf(), TYPE);
    await expect(vault.read(LABEL + 1)).rejects.toThrow('does not open');
  });

  it('a changed byte in any part, a cut before any part, another version: an error, never a new key', async () => {
    await vault.createOrRead(LABEL);
    const body = await bodyOf();
    for (const at of [0, 1, 8, 9, 20, 21, 52, 53, 68]) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      for (const broken of [changed, body.subarray(0, at)]) {
        await store.put(NAME, broken, TYPE);
        await expect(vault.read(LABEL)).rejects.toThrow(/the key of hour 1700000000000|the sealed key/);
        await expect(vault.createOrRead(LABEL)).rejects.toThrow();
        expect(await bodyOf()).toEqual(broken);
      }
    }
  });

  it('returns what the store holds, whoever wrote it', async () => {
    await vault.createOrRead(LABEL);
    const theirs = await bodyOf();
    const key = await vault.read(LABEL);
    await vault.destroy(LABEL);
    // Another maker's object arrives between our put and our reading it back.
    const put = store.put.bind(store);
    jest.spyOn(store, 'put').mockImplementation(async (name, bytes, options) => {
      await put(name, bytes, options);
      await put(name, theirs, options);
    });
    expect(await vault.createOrRead(LABEL)).toEqual(key);
  });

  it('a store that takes the object and does not have it is an error', async () => {
    jest.spyOn(store, 'put').mockResolvedValue();
    await expect(vault.createOrRead(LABEL)).rejects.toThrow('was stored and is not there');
  });

  it('a store that does not delete, or only says so, is an error', async () => {
    await vault.createOrRead(LABEL);
    const denied: DeleteResult = { name: NAME, deleted: false, reason: 'AccessDenied' };
    jest.spyOn(store, 'deleteMany').mockResolvedValueOnce([denied]);
    await expect(vault.destroy(LABEL)).rejects.toThrow('was not destroyed: AccessDenied');
    const still: ObjectHead = { bytes: 69 };
    jest.spyOn(store, 'head').mockResolvedValueOnce(still);
    await expect(vault.destroy(LABEL)).rejects.toThrow('still there');
  });

  it('tells all labels, though they come in pages', async () => {
    const labels = [LABEL, LABEL + 1, LABEL + 2, LABEL + 3, LABEL + 4];
    for (const label of labels) await vault.createOrRead(label);
    const list = store.list.bind(store);
    const pages = jest.spyOn(store, 'list').mockImplementation((prefix, options) => list(prefix, { ...options, limit: 2 }));
    expect(await vault.labels()).toEqual(labels);
    expect(pages).toHaveBeenCalledTimes(3);
  });

  it('leaves objects that are no hours alone', async () => {
    await store.put('hours/README', Buffer.from('x'), TYPE);
    await store.put('other/1', Buffer.from('x'), TYPE);
    await vault.createOrRead(LABEL);
    expect(await vault.labels()).toEqual([LABEL]);
  });

  it('a master key of another length is refused', () => {
    expect(() => new ObjectKeyVault(store, randomBytes(16), new Random())).toThrow(RangeError);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('%p is no label', async (label) => {
    await expect(vault.read(label)).rejects.toThrow(RangeError);
  });
});
