import { randomBytes } from 'node:crypto';
import { Random } from '../../src/platform/ids/index.js';
import { ObjectKeyVault, type KeyVault } from '../../src/platform/key-vault/index.js';
import { empty, type StoreUnderTest } from './stores.js';

const HOUR = 3_600_000;
const LABEL = 1_700_000_000_000;

export interface VaultUnderTest {
  readonly vault: KeyVault;
  /** Another process on the same vault. */
  readonly second: KeyVault;
  /** The same vault asked with another master key. */
  readonly foreign: KeyVault;
  /** A vault that is away. */
  readonly absent: KeyVault;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The vault adapter over a store. */
export async function openObjectVault(open: () => Promise<StoreUnderTest>): Promise<VaultUnderTest> {
  const { store, absent, close } = await open();
  const masterKey = randomBytes(32);
  const random = new Random();
  return {
    vault: new ObjectKeyVault(store, masterKey, random),
    second: new ObjectKeyVault(store, masterKey, random),
    foreign: new ObjectKeyVault(store, randomBytes(32), random),
    absent: new ObjectKeyVault(absent, masterKey, random),
    clear: () => empty(store),
    close,
  };
}

/** What every KeyVault does, wherever it keeps its keys. */
export function keyVaultContract(open: () => Promise<VaultUnderTest>): void {
  let under: VaultUnderTest;
  beforeAll(async () => {
    under = await open();
  });
  afterEach(() => under.clear());
  afterAll(() => under.close());

  it('makes a key of 32 bytes once, and gives the same to everyone after', async () => {
    const key = await under.vault.createOrRead(LABEL);
    expect(key).toHaveLength(32);
    expect(await under.vault.createOrRead(LABEL)).toEqual(key);
    expect(await under.vault.read(LABEL)).toEqual(key);
    expect(await under.second.createOrRead(LABEL)).toEqual(key);
    expect(await under.second.read(LABEL)).toEqual(key);
  });

  it('each hour has a key of its own', async () => {
    const keys = await Promise.all([0, 1, 2].map((hour) => under.vault.createOrRead(LABEL + hour * HOUR)));
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(3);
  });

  it('reading makes no key', async () => {
    expect(await under.vault.read(LABEL)).toBeUndefined();
    expect(await under.vault.labels()).toEqual([]);
  });

  it('R26: a destroyed key is gone for everyone, and one made after it is another', async () => {
    const key = await under.vault.createOrRead(LABEL);
    await under.vault.destroy(LABEL);
    expect(await under.vault.read(LABEL)).toBeUndefined();
    expect(await under.second.read(LABEL)).toBeUndefined();
    expect(await under.vault.labels()).toEqual([]);
    expect((await under.vault.createOrRead(LABEL)).equals(key)).toBe(false);
  });

  it('destroying is repeatable, and leaves the other hours', async () => {
    const kept = await under.vault.createOrRead(LABEL + HOUR);
    await under.vault.createOrRead(LABEL);
    await Promise.all([under.vault.destroy(LABEL), under.second.destroy(LABEL)]);
    await under.vault.destroy(LABEL);
    await under.vault.destroy(LABEL - HOUR);
    expect(await under.vault.read(LABEL + HOUR)).toEqual(kept);
  });

  it('tells its labels by number, ascending', async () => {
    const labels = [9, 10, LABEL, LABEL + HOUR, 2, 10 * LABEL];
    for (const label of labels) await under.vault.createOrRead(label);
    expect(await under.vault.labels()).toEqual([...labels].sort((a, b) => a - b));
  });

  it('another master key opens nothing, makes nothing anew, and is named', async () => {
    const key = await under.vault.createOrRead(LABEL);
    await expect(under.foreign.read(LABEL)).rejects.toThrow('another master key');
    await expect(under.foreign.createOrRead(LABEL)).rejects.toThrow('another master key');
    await expect(under.foreign.check()).rejects.toThrow('another master key');
    expect(await under.vault.read(LABEL)).toEqual(key);
  });

  it('check passes, with keys and without', async () => {
    await expect(under.vault.check()).resolves.toBeUndefined();
    await under.vault.createOrRead(LABEL);
    await expect(under.vault.check()).resolves.toBeUndefined();
  });

  it.each<[string, (vault: KeyVault) => Promise<unknown>]>([
    ['createOrRead', (vault) => vault.createOrRead(LABEL)],
    ['read', (vault) => vault.read(LABEL)],
    ['destroy', (vault) => vault.destroy(LABEL)],
    ['labels', (vault) => vault.labels()],
    ['check', (vault) => vault.check()],
  ])('a vault that is away is not an empty one: %s rejects', async (_operation, work) => {
    await expect(work(under.absent)).rejects.toThrow();
  });
}
