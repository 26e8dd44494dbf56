import { randomBytes, randomFillSync } from 'node:crypto';

/**
 * Random bytes for ids, salts, nonces and keys, from the system's generator by way of a small store: a call into it costs the
 * same for 12 bytes as for thousands, and a send needs five of them.
 *
 * Invariants: no byte is handed out twice; what was handed out is wiped from the store, so that a key's lifetime is its
 * holder's business alone. One store a process.
 */
const STORE_BYTES = 4096;
/** Larger wishes go straight to the generator. */
const MOST_FROM_STORE = 256;

const store = Buffer.alloc(STORE_BYTES);
let used = STORE_BYTES;

export function freshBytes(length: number): Buffer {
  if (length > MOST_FROM_STORE) return randomBytes(length);
  if (used + length > STORE_BYTES) {
    randomFillSync(store);
    used = 0;
  }
  const taken = store.subarray(used, used + length);
  const bytes = Buffer.from(taken);
  taken.fill(0);
  used += length;
  return bytes;
}
