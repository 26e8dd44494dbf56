import { type Clock } from '../clock/index.js';
import { sealKey, unsealKey } from '../crypto/index.js';
import { Fault } from '../faults/index.js';
import { type Hours } from '../ids/index.js';
import { type KeyVault } from './key-vault.js';

/**
 * A key is asked for again after so long, beside its use, and after twice as long before its use: one that the vault has lost
 * is not gone on with, because others would seal under another (features/expiry/lost-hours.ts). A vault that cannot be asked
 * changes nothing.
 */
const FRESH_MS = 40_000;

interface Held {
  readonly key: Promise<Buffer>;
  /** ms, by the clock */
  readonly since: number;
  isAskedAgain?: boolean;
}

/**
 * Hour keys in memory. A key is held at most until its hour ends: `forgetPast` runs every second in every process, and no
 * past hour is ever asked for. A missing key is a 503 and an alarm, never a new key.
 */
export class HourKeys {
  readonly #keys = new Map<number, Held>();

  constructor(
    private readonly vault: KeyVault,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly alarm: (message: string, details: object) => void,
  ) {}

  /** Wraps a content key for the hour of `id`, to which it is bound. */
  async wrap(id: string, contentKey: Buffer): Promise<Buffer> {
    return sealKey(await this.#get(this.#label(id)), contentKey, id);
  }

  /** @throws Fault `unavailable` where the hour's key cannot be had, `snap_expired` where the hour is past */
  async unwrap(id: string, wrapped: Buffer): Promise<Buffer> {
    return unsealKey(await this.#get(this.#label(id)), wrapped, id);
  }

  /** Makes sure that the hour's key is at hand before something is decided that hands it out. */
  async warm(id: string): Promise<void> {
    await this.#get(this.#label(id));
  }

  forgetPast(): void {
    for (const label of this.#keys.keys()) {
      if (label <= this.clock.now()) this.#keys.delete(label);
    }
  }

  #label(id: string): number {
    const label = this.hours.labelOf(id);
    if (label === undefined) throw new Error('not a mortal id');
    return label;
  }

  async #get(label: number): Promise<Buffer> {
    this.#refusePast(label);
    const held = this.#keys.get(label);
    const age = held ? this.clock.now() - held.since : Infinity;
    if (held && age >= FRESH_MS && age < 2 * FRESH_MS) void this.#askAgain(label, held);
    const key = await (held && age < 2 * FRESH_MS ? held.key : this.#hold(label, held));
    // The hour may have ended while the vault was asked.
    this.#refusePast(label);
    return key;
  }

  /** One read for all who ask at once; a failed one is not kept. @param before what was held, for when the vault is away */
  #hold(label: number, before?: Held): Promise<Buffer> {
    const reading: Held = { key: this.#read(label, before?.key), since: this.clock.now() };
    this.#keys.set(label, reading);
    reading.key.catch(() => {
      if (this.#keys.get(label) === reading) this.#keys.delete(label);
    });
    return reading.key;
  }

  async #askAgain(label: number, held: Held): Promise<void> {
    if (held.isAskedAgain) return;
    held.isAskedAgain = true;
    const since = this.clock.now();
    try {
      const key = await this.#read(label, held.key);
      if (this.#keys.get(label) === held) this.#keys.set(label, { key: Promise.resolve(key), since });
    } catch {
      if (this.#keys.get(label) === held) this.#keys.delete(label);
    }
  }

  #refusePast(label: number): void {
    if (label <= this.clock.now()) throw new Fault('snap_expired', 'The hour of this id is past.');
  }

  async #read(label: number, before?: Promise<Buffer>): Promise<Buffer> {
    let key: Buffer | undefined;
    try {
      key = await this.vault.read(label);
    } catch (error) {
      this.alarm('the key vault cannot be read', { label, error });
      if (before) return before;
      throw new Fault('unavailable', 'Keys cannot be read just now.', { retryAfterSeconds: 5 });
    }
    if (key) return key;
    this.alarm('the key of a living hour is missing from the vault', { label });
    throw new Fault('unavailable', 'A key is missing; the operator has been told.', { retryAfterSeconds: 30 });
  }
}
