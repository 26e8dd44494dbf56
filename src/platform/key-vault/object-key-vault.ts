import { deriveKey, sameBytes, sealKey, unsealKey } from '../crypto/index.js';
import type { Random } from '../ids/index.js';
import type { ObjectStore } from '../storage/index.js';
import { ForeignKeyError } from './foreign-key-error.js';
import { KeyVault } from './key-vault.js';

/** Where hour keys lie in their store: all that is mortal there. */
export const HOUR_KEYS_PREFIX = 'hours/';
const PREFIX = HOUR_KEYS_PREFIX;
const VERSION = 1;
const KEY_BYTES = 32;
const MASTER_ID_BYTES = 8;
const HEAD_BYTES = 1 + MASTER_ID_BYTES;
/** More than any version of the object takes; what is larger is not ours. */
const MAX_OBJECT_BYTES = 1024;

/**
 * Hour keys as small objects `hours/{label}` in a store of their own: version (1) ‖ id of the master key (8) ‖ the hour key
 * sealed under the master key and bound to the object's name.
 *
 * Invariants: the store keeps no old versions (`check`); nothing writes an object that is there. Stores differ in what they
 * make of `If-None-Match`, so two makers at once are kept apart by the hour-maker's lock, not here: whoever creates returns
 * what the store then holds. A crash before the put leaves nothing, after it a key that the next maker finds.
 */
export class ObjectKeyVault extends KeyVault {
  readonly #wrappingKey: Buffer;
  readonly #masterId: Buffer;

  /** @param masterKey 32 bytes; what wraps is derived from it for this alone */
  constructor(
    private readonly store: ObjectStore,
    masterKey: Buffer,
    private readonly random: Random,
  ) {
    super();
    if (masterKey.length !== KEY_BYTES) throw new RangeError(`master key must be ${KEY_BYTES} bytes`);
    this.#wrappingKey = deriveKey(masterKey, 'flits-hour-key-wrap-v1');
    this.#masterId = deriveKey(masterKey, 'flits-master-key-id-v1', MASTER_ID_BYTES);
  }

  override async createOrRead(label: number): Promise<Buffer> {
    const there = await this.read(label);
    if (there) return there;
    await this.#put(label, this.random.bytes(KEY_BYTES));
    const stored = await this.read(label);
    if (!stored) throw new Error(`the key of hour ${label} was stored and is not there`);
    return stored;
  }

  /** Puts a key that the vault holds under another master key in the place of itself. For a rotation alone (rewrap.ts). */
  async replace(label: number, key: Buffer): Promise<void> {
    await this.#put(label, key);
    const now = await this.read(label);
    if (!now || !sameBytes(now, key)) throw new Error(`the key of hour ${label} was wrapped anew and reads otherwise`);
  }

  async #put(label: number, key: Buffer): Promise<void> {
    const name = nameOf(label);
    const sealed = sealKey(this.#wrappingKey, key, name);
    const body = Buffer.concat([Buffer.from([VERSION]), this.#masterId, sealed]);
    await this.store.put(name, body, { contentType: 'application/octet-stream' });
  }

  override async read(label: number): Promise<Buffer | undefined> {
    const name = nameOf(label);
    const body = await this.store.get(name, { maxBytes: MAX_OBJECT_BYTES });
    if (!body) return undefined;
    if (body.length <= HEAD_BYTES || body[0] !== VERSION) throw new Error(`the key of hour ${label} is not in a form known here`);
    const masterId = body.subarray(1, HEAD_BYTES);
    if (!sameBytes(masterId, this.#masterId)) {
      const [theirs, ours] = [masterId.toString('hex'), this.#masterId.toString('hex')];
      throw new ForeignKeyError(`the key of hour ${label} is wrapped by another master key (id ${theirs}, MASTER_KEY has ${ours})`);
    }
    return unsealKey(this.#wrappingKey, body.subarray(HEAD_BYTES), name);
  }

  override async destroy(label: number): Promise<void> {
    const name = nameOf(label);
    const [result] = await this.store.deleteMany([name]);
    if (!result?.deleted) throw new Error(`the key of hour ${label} was not destroyed: ${result?.reason ?? 'no answer'}`);
    if (await this.store.head(name)) throw new Error(`the key of hour ${label} is still there after its deletion`);
  }

  override async labels(): Promise<number[]> {
    const labels: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.store.list(PREFIX, { cursor });
      labels.push(
        ...page.names
          .map((name) => name.slice(PREFIX.length))
          .filter((text) => /^\d+$/.test(text))
          .map(Number),
      );
      cursor = page.next;
    } while (cursor !== undefined);
    return labels.sort((a, b) => a - b);
  }

  /** Also opens the youngest key, so that a wrong master key shows at the start and not at the first snap. */
  override async check(): Promise<void> {
    await this.store.check();
    const youngest = (await this.labels()).at(-1);
    if (youngest !== undefined) await this.read(youngest);
  }
}

function nameOf(label: number): string {
  if (!Number.isSafeInteger(label) || label < 0) throw new RangeError('label must be whole milliseconds');
  return `${PREFIX}${label}`;
}
