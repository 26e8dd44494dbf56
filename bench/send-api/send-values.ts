import { randomBytes } from 'node:crypto';
import { makeMortalId, MORTAL_ID_RANDOM_BYTES, type Hours } from '../../src/platform/ids/index.js';

const LEAF = `ACCEPT v1 | ${'0'.repeat(64)} | 1795204800000`;
const WORDS_BYTES = 180;
const WORDS_KEY_BYTES = 44;
const HASH_BYTES = 32;

/** What a send of one text is made of. */
export interface SendValues {
  readonly hours: Hours;
  readonly id: string;
  readonly senderId: string;
  readonly recipientIds: readonly string[];
  readonly words: Buffer;
  readonly wordsKey: Buffer;
  readonly salt: Buffer;
  readonly commitment: Buffer;
  readonly leaf: string;
  readonly keyMac: Buffer;
  readonly bodyMac: Buffer;
}

/** Values of the sizes that Flits makes, from one draw of random bytes: nothing sealed, signed or hashed. */
export function sendValues(hours: Hours, senderId: string, recipientIds: readonly string[]): SendValues {
  const label = hours.label(hours.deadline(Date.now()));
  const bytes = randomBytes(MORTAL_ID_RANDOM_BYTES + WORDS_BYTES + WORDS_KEY_BYTES + 4 * HASH_BYTES);
  let at = 0;
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  return {
    hours,
    id: makeMortalId(label, take(MORTAL_ID_RANDOM_BYTES)),
    senderId,
    recipientIds,
    words: take(WORDS_BYTES),
    wordsKey: take(WORDS_KEY_BYTES),
    salt: take(HASH_BYTES),
    commitment: take(HASH_BYTES),
    leaf: LEAF,
    keyMac: take(HASH_BYTES),
    bodyMac: take(HASH_BYTES),
  };
}

/** Parameters of `snaps.send`, in their order. The sender's id stands for their device's as well. */
export function parametersOf(values: SendValues): unknown[] {
  const { hours, id, senderId, recipientIds, words, wordsKey, salt, commitment, leaf, keyMac, bodyMac } = values;
  return [
    ...[[id], senderId, [null], recipientIds, null, null],
    ...[null, hours.bucketMs, hours.ttlMs, null, null, false, 0],
    ...[[words], [wordsKey], [salt], [commitment], [leaf], 'POST /v1/snaps', keyMac, bodyMac, senderId],
  ];
}
