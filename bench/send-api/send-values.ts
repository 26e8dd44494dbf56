import { randomBytes } from 'node:crypto';
import { makeMortalId, MORTAL_ID_RANDOM_BYTES, type Hours } from '../../src/platform/ids/index.js';

const LEAF = `ACCEPT v1 | ${'0'.repeat(64)} | 1795204800000`;
const WORDS_BYTES = 180;
const WORDS_KEY_BYTES = 44;
const HASH_BYTES = 32;

/** Parameters of `snaps.send` of the sizes that Flits makes, from one draw of random bytes: nothing sealed, signed or hashed. */
export function sendValues(hours: Hours, senderId: string, recipientIds: readonly string[]): unknown[] {
  const label = hours.label(hours.deadline(Date.now()));
  const bytes = randomBytes(MORTAL_ID_RANDOM_BYTES + WORDS_BYTES + WORDS_KEY_BYTES + 4 * HASH_BYTES);
  let at = 0;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  return [
    makeMortalId(label, take(MORTAL_ID_RANDOM_BYTES)),
    senderId,
    null,
    recipientIds,
    null,
    hours.bucketMs,
    hours.ttlMs,
    null,
    null,
    false,
    0,
    take(WORDS_BYTES),
    take(WORDS_KEY_BYTES),
    take(HASH_BYTES),
    take(HASH_BYTES),
    LEAF,
    'POST /v1/snaps',
    take(HASH_BYTES),
    take(HASH_BYTES),
  ];
}
