import { randomBytes } from 'node:crypto';
import { Clock } from '../clock/index.js';
import { Hours, Ids, Random } from '../ids/index.js';
import { HourKeys } from './hour-keys.js';
import { KeyVault } from './key-vault.js';

const HOUR = 3_600_000;
const NOW = 1000 * HOUR + 1;
const LABEL = 1001 * HOUR;

class SetClock extends Clock {
  time = NOW;

  override now(): number {
    return this.time;
  }
}

/** A vault in memory that counts its reads and answers when it is let. */
class HeldVault extends KeyVault {
  readonly keys = new Map<number, Buffer>([[LABEL, randomBytes(32)]]);
  reads = 0;
  broken = false;
  gate: Promise<void> = Promise.resolve();

  override async read(label: number): Promise<Buffer | undefined> {
    this.reads += 1;
    await this.gate;
    if (this.broken) throw new Error('the vault is away');
    return this.keys.get(label);
  }

  override createOrRead(): Promise<Buffer> {
    return Promise.reject(new Error('only the hour-maker makes keys'));
  }

  override destroy(label: number): Promise<void> {
    this.keys.delete(label);
    return Promise.resolve();
  }

  override labels(): Promise<number[]> {
    return Promise.resolve([...this.keys.keys()]);
  }

  override check(): Promise<void> {
    return Promise.resolve();
  }
}

const contentKey = randomBytes(16);
let clock: SetClock;
let vault: HeldVault;
let alarms: string[];
let keys: HourKeys;
let id: string;

beforeEach(() => {
  clock = new SetClock();
  vault = new HeldVault();
  alarms = [];
  keys = new HourKeys(vault, clock, new Hours({ bucketSeconds: 3600, ttlSeconds: 259_200 }), (message) => void alarms.push(message));
  id = new Ids(new Random()).mortal(LABEL);
});

describe('HourKeys', () => {
  it('wraps and unwraps under the hour of the id, with one read', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    expect(wrapped.includes(contentKey)).toBe(false);
    expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
    expect(vault.reads).toBe(1);
  });

  it('what is wrapped for one id does not open for another of the same hour', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    await expect(keys.unwrap(new Ids(new Random()).mortal(LABEL), wrapped)).rejects.toThrow('does not open');
  });

  it('fifty who ask at once share one read', async () => {
    let open = (): void => undefined;
    vault.gate = new Promise((resolve) => (open = resolve));
    const wrapping = Array.from({ length: 50 }, () => keys.wrap(id, contentKey));
    open();
    for (const wrapped of await Promise.all(wrapping)) expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
    expect(vault.reads).toBe(1);
  });

  it('R2: from the end of its hour on there is no key, held or not', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    clock.time = LABEL - 1;
    expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
    clock.time = LABEL;
    await expect(keys.unwrap(id, wrapped)).rejects.toMatchObject({ code: 'snap_expired' });
    await expect(keys.wrap(id, contentKey)).rejects.toMatchObject({ code: 'snap_expired' });
    const { reads } = vault;
    await expect(keys.warm(id)).rejects.toMatchObject({ code: 'snap_expired' });
    expect(vault.reads).toBe(reads);
  });

  it('goes on with a key that is held while the vault is away, and stops once the vault says that it is gone', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    vault.broken = true;
    for (const seconds of [50, 130, 300]) {
      clock.time = NOW + seconds * 1000;
      expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
    }
    vault.broken = false;
    vault.keys.clear();
    clock.time += 50_000;
    // Asked beside its use: this one still gets it, the next one not.
    expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
    await new Promise(setImmediate);
    await expect(keys.unwrap(id, wrapped)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('after a long rest a key is asked for before it is used', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    vault.keys.clear();
    clock.time = NOW + 90_000;
    await expect(keys.unwrap(id, wrapped)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('R2: an hour that ends while the vault is asked gives no key', async () => {
    let open = (): void => undefined;
    vault.gate = new Promise((resolve) => (open = resolve));
    const warming = keys.warm(id);
    clock.time = LABEL;
    open();
    await expect(warming).rejects.toMatchObject({ code: 'snap_expired' });
  });

  it('R26: forgets past hours and keeps the living', async () => {
    const later = new Ids(new Random()).mortal(LABEL + HOUR);
    vault.keys.set(LABEL + HOUR, randomBytes(32));
    await Promise.all([keys.warm(id), keys.warm(later)]);
    clock.time = LABEL;
    keys.forgetPast();
    clock.time = NOW;
    await Promise.all([keys.warm(id), keys.warm(later)]);
    expect(vault.reads).toBe(3);
  });

  it('a missing key is an alarm and a 503, never a new key, and is asked for again', async () => {
    const kept = vault.keys.get(LABEL) ?? Buffer.alloc(0);
    vault.keys.clear();
    await expect(keys.wrap(id, contentKey)).rejects.toMatchObject({ code: 'unavailable', extra: { retryAfterSeconds: 30 } });
    expect(alarms).toEqual(['the key of a living hour is missing from the vault']);
    expect(vault.keys.size).toBe(0);
    vault.keys.set(LABEL, kept);
    expect(await keys.unwrap(id, await keys.wrap(id, contentKey))).toEqual(contentKey);
  });

  it('a vault that is away is an alarm and a 503, and is asked again', async () => {
    vault.broken = true;
    await expect(keys.warm(id)).rejects.toMatchObject({ code: 'unavailable', extra: { retryAfterSeconds: 5 } });
    expect(alarms).toEqual(['the key vault cannot be read']);
    vault.broken = false;
    await expect(keys.warm(id)).resolves.toBeUndefined();
  });

  it('a key that is held outlives the absence of the vault', async () => {
    const wrapped = await keys.wrap(id, contentKey);
    vault.broken = true;
    expect(await keys.unwrap(id, wrapped)).toEqual(contentKey);
  });

  it.each(['3f0c1d4e-0000-4000-8000-000000000000', 'nonsense'])('%s is no mortal id', async (other) => {
    await expect(keys.wrap(other, contentKey)).rejects.toThrow('not a mortal id');
  });
});
