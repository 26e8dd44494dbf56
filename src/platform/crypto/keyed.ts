import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** A key of its own for each purpose (HKDF-SHA-256, RFC 5869, no salt): `purpose` is a fixed string with a version in it. */
export function deriveKey(master: Buffer, purpose: string, length = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), purpose, length));
}

/**
 * HMAC-SHA-256 over parts, each behind its length (4 bytes, big-endian), so that `('ab', 'c')` and `('a', 'bc')` differ.
 * Strings are UTF-8. 32 bytes.
 */
export function hmac(key: Buffer, ...parts: (Buffer | string)[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    mac.update(length).update(bytes);
  }
  return mac.digest();
}

/** Equality of secrets in a time that depends on neither's content; different lengths are simply not equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(digest(a), digest(b)) && a.length === b.length;
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
