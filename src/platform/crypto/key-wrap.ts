import { createCipheriv, createDecipheriv } from 'node:crypto';
import { freshBytes } from './fresh-bytes.js';

/**
 * One key sealed under another: AES-256-GCM, `nonce (12) ‖ ciphertext ‖ tag (16)`, bound to a name as associated data so that
 * a sealed key copied to another row or object does not open there. Nonces are random: NIST SP 800-38D §8.3 allows 2^32 of
 * them a wrapping key, which an hour does not reach.
 */

const CIPHER = 'aes-256-gcm';
const WRAPPING_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @param wrappingKey 32 bytes
 * @param boundTo what the key belongs to, such as a mortal id; the same is needed to unseal
 * @returns 28 bytes more than `key`
 */
export function sealKey(wrappingKey: Buffer, key: Buffer, boundTo: string): Buffer {
  const nonce = freshBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, checked(wrappingKey), nonce).setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error where a byte, the wrapping key or the binding differs; it carries none of them */
export function unsealKey(wrappingKey: Buffer, sealed: Buffer, boundTo: string): Buffer {
  checked(wrappingKey);
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('the sealed key is too short');
  const decipher = createDecipheriv(CIPHER, wrappingKey, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(boundTo)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const key = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    throw new Error('the sealed key does not open: changed bytes, another wrapping key or another binding');
  }
  return key;
}

function checked(wrappingKey: Buffer): Buffer {
  if (wrappingKey.length !== WRAPPING_KEY_BYTES) throw new RangeError(`wrapping key must be ${WRAPPING_KEY_BYTES} bytes`);
  return wrappingKey;
}
