import type { Secret } from '../config/index.js';
import { deriveKey } from './keyed.js';

/** Keys for one purpose each, derived from the master key (HKDF, RFC 5869): a leak of one tells nothing of another. */
export class MasterKeys {
  readonly #master: Buffer;

  constructor(masterKey: Secret) {
    this.#master = Buffer.from(masterKey.reveal(), 'base64');
  }

  /** @param purpose words and a version, such as `access token v1`; @param length bytes */
  derive(purpose: string, length = 32): Buffer {
    return deriveKey(this.#master, purpose, length);
  }

  /** The master key itself, for the key vault alone. */
  vaultKey(): Buffer {
    return this.#master;
  }
}
