import { createHash } from 'node:crypto';
import { encryptBlob } from '../../src/platform/crypto/index.js';

/**
 * Makes contract/vectors/*.json: what an app developer checks an implementation of the blob format against. Large contents
 * are given by a rule and their hash, so that the files stay small. Nothing here is random.
 */
export interface BlobVector {
  readonly name: string;
  readonly about: string;
  /** `flits` follows the blob format of the public contract; `rfc8188` shows the coding in general, which Flits refuses. */
  readonly profile: 'flits' | 'rfc8188';
  /** 16 bytes, base64url. */
  readonly key: string;
  /** 16 bytes, base64url: fixed here, random in use. */
  readonly salt: string;
  readonly record_size: number;
  readonly key_id: string;
  /** What `blob` opens to; of a blob that was changed, what it held before. */
  readonly plaintext: Content;
  /** A change to be made to the blob that `plaintext` encrypts to. */
  readonly change?: Change;
  readonly blob: Content;
  /** Whether Flits opens `blob`, and if not, the reason that this server gives. */
  readonly opens: boolean;
  readonly reason?: string;
}

export interface Content {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** The content itself, where it is small. */
  readonly base64url?: string;
  /** How to make it, where it is a large plaintext. */
  readonly rule?: typeof RULE;
}

interface Change {
  readonly flip_bit?: { readonly byte: number; readonly bit: number };
  readonly keep_bytes?: number;
}

const RULE = 'byte i is i mod 251';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';
const SALT = '8PHy8_T19vf4-fr7_P3-_w';
const SMALL_BYTES = 100;

const WALRUS = Buffer.from('I am the walrus');
const THREE_RECORDS_BYTES = 2 * 65_519 + 1000;
const FIRST_TWO_RECORDS_BYTES = 21 + 2 * 65_536;

export function makeVectors(): BlobVector[] {
  return [
    fromRfc('rfc8188-3-1', 'RFC 8188 section 3.1: one record of 4,096.', {
      key: 'yqdlZ-tYemfogSmv7Ws5PQ',
      blob: 'I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg',
    }),
    fromRfc('rfc8188-3-2', 'RFC 8188 section 3.2: two records of 25, key id "a1", one byte of padding in the first.', {
      key: 'BO3ZVPxUlnLORbVGMpbT1Q',
      blob: 'uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA',
    }),
    flits('empty', 'No content: one record that holds the delimiter alone.', 0),
    flits('bytes-65518', 'One byte short of a full record.', 65_518),
    flits('bytes-65519', 'Exactly one full record; no empty record follows.', 65_519),
    flits('bytes-65520', 'A full record and one byte.', 65_520),
    flits('three-records', 'Two full records and 1,000 bytes.', THREE_RECORDS_BYTES),
    flits('flipped-bit', 'One bit of the second record is flipped.', THREE_RECORDS_BYTES, {
      change: { flip_bit: { byte: 70_000, bit: 3 } },
      reason: 'tag',
    }),
    flits('cut-file', 'Cut inside the third record.', THREE_RECORDS_BYTES, {
      change: { keep_bytes: FIRST_TWO_RECORDS_BYTES + 500 },
      reason: 'tag',
    }),
    flits(
      'cut-between-records',
      'Cut behind the second record: all that is left authenticates, but no record says "last".',
      THREE_RECORDS_BYTES,
      {
        change: { keep_bytes: FIRST_TWO_RECORDS_BYTES },
        reason: 'truncated',
      },
    ),
  ];
}

/** The plaintext a vector describes. */
export function plaintextOf({ plaintext }: BlobVector): Buffer {
  return plaintext.base64url === undefined ? pattern(plaintext.bytes) : Buffer.from(plaintext.base64url, 'base64url');
}

/** What a vector's change makes of a blob. */
export function applyChange(blob: Buffer, { flip_bit, keep_bytes }: Change = {}): Buffer {
  const changed = Buffer.from(blob.subarray(0, keep_bytes));
  if (flip_bit) changed.writeUInt8(changed.readUInt8(flip_bit.byte) ^ (1 << flip_bit.bit), flip_bit.byte);
  return changed;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function flits(name: string, about: string, bytes: number, broken?: { change: Change; reason: string }): BlobVector {
  const plaintext = pattern(bytes);
  const blob = applyChange(encryptBlob(Buffer.from(KEY, 'base64url'), plaintext, Buffer.from(SALT, 'base64url')), broken?.change);
  return {
    name,
    about,
    profile: 'flits',
    key: KEY,
    salt: SALT,
    record_size: 65_536,
    key_id: '',
    plaintext: bytes > SMALL_BYTES ? { bytes, sha256: sha256(plaintext), rule: RULE } : small(plaintext),
    ...(broken && { change: broken.change }),
    blob: blob.length > SMALL_BYTES ? { bytes: blob.length, sha256: sha256(blob) } : small(blob),
    opens: !broken,
    ...(broken && { reason: broken.reason }),
  };
}

function fromRfc(name: string, about: string, given: { key: string; blob: string }): BlobVector {
  const blob = Buffer.from(given.blob, 'base64url');
  return {
    name,
    about,
    profile: 'rfc8188',
    key: given.key,
    salt: blob.subarray(0, 16).toString('base64url'),
    record_size: blob.readUInt32BE(16),
    key_id: blob.subarray(21, 21 + blob.readUInt8(20)).toString(),
    plaintext: small(WALRUS),
    blob: small(blob),
    opens: false,
    reason: 'record_size',
  };
}

function small(bytes: Buffer): Content {
  return { bytes: bytes.length, sha256: sha256(bytes), base64url: bytes.toString('base64url') };
}

function pattern(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, index) => index % 251));
}
