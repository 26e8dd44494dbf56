import { decryptBlob, encryptBlob } from '../../platform/crypto/index.js';
import type { Random } from '../../platform/ids/index.js';
import type { HourKeys } from '../../platform/key-vault/index.js';

/** What a sender wrote: the text of a text snap, or caption and description of a photo. */
export interface Words {
  readonly text?: string;
  readonly caption?: string;
  readonly alt?: string;
}

export interface SealedWords {
  readonly words: Buffer | null;
  readonly wordsKey: Buffer | null;
}

const KEY_BYTES = 16;

/**
 * Words never enter a row in the clear: they are sealed (RFC 8188) under a random key of the snap's own, which is wrapped by
 * the snap's hour. A key of their own, not the upload's, so that sending takes one round trip (docs/adr/0002).
 */
export async function sealWords(words: Words, snapId: string, keys: HourKeys, random: Random): Promise<SealedWords> {
  if (Object.values(words).every((value) => value === undefined)) return { words: null, wordsKey: null };
  const key = random.bytes(KEY_BYTES);
  return { words: encryptBlob(key, Buffer.from(JSON.stringify(words))), wordsKey: await keys.wrap(snapId, key) };
}

export async function unsealWords({ words, wordsKey }: SealedWords, snapId: string, keys: HourKeys): Promise<Words> {
  if (!words || !wordsKey) return {};
  return JSON.parse(decryptBlob(await keys.unwrap(snapId, wordsKey), words).toString()) as Words;
}
