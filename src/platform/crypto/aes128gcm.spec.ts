import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import * as ece from 'http_ece';
import { BLOB_KEY_BYTES, BlobError, decryptBlob, encryptBlob, encryptedLength } from './aes128gcm.js';
import { RecordCipher, writeHeader } from './records.js';

const RECORD = 65_536;
const DATA = 65_519;
const HEADER = 21;
const key = randomBytes(BLOB_KEY_BYTES);

/** Lengths close to where one record becomes the next. */
const nearAnEdge = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -18, max: 18 }))
  .map(([records, offset]) => Math.max(0, records * DATA + offset));
const theirs = { version: 'aes128gcm', key, rs: RECORD } as const;

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof BlobError ? error.reason : String(error);
  }
  return 'opened';
}

describe('encryptBlob and decryptBlob', () => {
  it('what goes in comes out, in both directions with an independent implementation', () => {
    fc.assert(
      fc.property(nearAnEdge, (bytes) => {
        const plaintext = randomBytes(bytes);
        const ours = encryptBlob(key, plaintext);
        expect(ours.length).toBe(encryptedLength(bytes));
        expect(decryptBlob(key, ours).equals(plaintext)).toBe(true);
        expect(ece.decrypt(ours, theirs).equals(plaintext)).toBe(true);
        expect(decryptBlob(key, ece.encrypt(plaintext, theirs)).equals(plaintext)).toBe(true);
      }),
      { numRuns: 60, examples: [[0], [1], [DATA - 1], [DATA], [DATA + 1], [2 * DATA], [3 * DATA]] },
    );
  });

  it('with the same salt both make the same bytes', () => {
    fc.assert(
      fc.property(nearAnEdge, (bytes) => {
        const plaintext = randomBytes(bytes);
        const salt = randomBytes(16);
        expect(encryptBlob(key, plaintext, salt).equals(ece.encrypt(plaintext, { ...theirs, salt }))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('two blobs of the same content differ', () => {
    expect(encryptBlob(key, Buffer.from('x')).equals(encryptBlob(key, Buffer.from('x')))).toBe(false);
  });

  it.each([
    [0, 38],
    [1, 39],
    [65_518, 65_556],
    [65_519, 65_557],
    [65_520, 65_575],
    [131_038, 131_093],
    [131_039, 131_111],
  ])('%i bytes become %i', (plain, blob) => {
    expect(encryptedLength(plain)).toBe(blob);
  });
});

describe('R13: what is not exactly our format does not open', () => {
  const plaintext = randomBytes(2 * DATA + 100);
  const blob = encryptBlob(key, plaintext);

  it('any flipped bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: blob.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(blob);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(['tag', 'record_size', 'keyid', 'header']).toContain(reasonOf(() => decryptBlob(key, changed)));
      }),
      { numRuns: 100, examples: [[0], [16 * 8], [19 * 8], [20 * 8], [HEADER * 8], [blob.length * 8 - 1]] },
    );
  });

  it('any cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: blob.length - 1 }), (length) => {
        expect(['header', 'truncated', 'tag']).toContain(reasonOf(() => decryptBlob(key, blob.subarray(0, length))));
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['inside the header', 20, 'header'],
    ['behind the header', HEADER, 'truncated'],
    ['between two records', HEADER + RECORD, 'truncated'],
    ['in the tag of a record that has begun', HEADER + RECORD + 16, 'truncated'],
    ['inside a record', HEADER + RECORD + 5000, 'tag'],
  ])('cut %s: %s bytes are %s', (_where, length, reason) => {
    expect(reasonOf(() => decryptBlob(key, blob.subarray(0, length)))).toBe(reason);
  });

  it('records in another order, twice, or with bytes behind them', () => {
    const [header, first, second, third] = [
      blob.subarray(0, HEADER),
      blob.subarray(HEADER, HEADER + RECORD),
      blob.subarray(HEADER + RECORD, HEADER + 2 * RECORD),
      blob.subarray(HEADER + 2 * RECORD),
    ];
    for (const records of [
      [second, first, third],
      [first, first, third],
      [first, third],
      [first, second, third, Buffer.alloc(1)],
    ]) {
      expect(reasonOf(() => decryptBlob(key, Buffer.concat([header, ...records])))).toBe('tag');
    }
  });

  it('another record size, a key id, padding, another key', () => {
    const small = Buffer.from('I am the walrus');
    expect(reasonOf(() => decryptBlob(key, ece.encrypt(small, { ...theirs, rs: 4096 })))).toBe('record_size');
    expect(reasonOf(() => decryptBlob(key, ece.encrypt(small, { ...theirs, rs: RECORD + 1 })))).toBe('record_size');
    expect(reasonOf(() => decryptBlob(key, ece.encrypt(small, { ...theirs, keyid: 'a1' })))).toBe('keyid');
    expect(reasonOf(() => decryptBlob(randomBytes(16), encryptBlob(key, small)))).toBe('tag');
    const salt = randomBytes(16);
    const padded = new RecordCipher(key, salt).seal(0, small, { last: true, paddingBytes: 1 });
    const header = writeHeader({ salt, recordSize: RECORD, keyId: Buffer.alloc(0) });
    expect(reasonOf(() => decryptBlob(key, Buffer.concat([header, ...padded])))).toBe('padding');
  });

  it('a key of another length is a fault of the caller', () => {
    expect(() => encryptBlob(Buffer.alloc(32), plaintext)).toThrow(RangeError);
    expect(() => decryptBlob(Buffer.alloc(15), blob)).toThrow(RangeError);
  });
});
