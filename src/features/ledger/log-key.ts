import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { Secret } from '../../platform/config/index.js';
import type { Signer } from './tree/index.js';

// RFC 8410: the fixed DER prefix of an Ed25519 private key in PKCS #8, before its 32-byte seed.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_ALGORITHM = 0x01; // C2SP signed-note: algorithm byte of Ed25519

/** The key that signs receipts and checkpoints, under the log's name. */
export class LogKey implements Signer {
  readonly #key: KeyObject;
  readonly publicKey: Buffer;
  /** C2SP signed-note: the first 4 bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key). */
  readonly keyId: Buffer;

  /** @param seed 32 bytes in base64 @param origin the log's name, such as `flits.example/log` */
  constructor(
    seed: Secret,
    readonly origin: string,
  ) {
    this.#key = createPrivateKey({
      key: Buffer.concat([PKCS8_ED25519, Buffer.from(seed.reveal(), 'base64')]),
      format: 'der',
      type: 'pkcs8',
    });
    this.publicKey = createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-32);
    this.keyId = createHash('sha256').update(`${this.origin}\n`).update(this.#typedKey()).digest().subarray(0, 4);
  }

  /** Ed25519 (RFC 8032), 64 bytes. */
  sign(message: Buffer): Buffer {
    return sign(null, message, this.#key);
  }

  /** C2SP signed-note verifier key: `<origin>+<key id in hex>+<base64 of algorithm ‖ public key>`. */
  verifierKey(): string {
    return `${this.origin}+${this.keyId.toString('hex')}+${this.#typedKey().toString('base64')}`;
  }

  #typedKey(): Buffer {
    return Buffer.concat([Buffer.of(ED25519_ALGORITHM), this.publicKey]);
  }
}
