import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as ece from 'http_ece';
import { BlobError, decryptBlob, encryptBlob } from '../../src/platform/crypto/index.js';
import { applyChange, makeVectors, plaintextOf, sha256, type BlobVector } from './blob-vectors.js';

/** `UPDATE_VECTORS=1` writes the files anew; without it they are compared, so that the format cannot drift unseen. */
const folder = resolve('contract/vectors');
const made = makeVectors();
if (process.env.UPDATE_VECTORS === '1') {
  for (const vector of made) writeFileSync(`${folder}/${vector.name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
}

const committed = readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as BlobVector);
const bytes = (text: string) => Buffer.from(text, 'base64url');
const theirs = (vector: BlobVector) => ({ version: 'aes128gcm', key: bytes(vector.key), rs: vector.record_size }) as const;

it('the committed vectors are the ones this code makes', () => {
  const byName = (a: BlobVector, b: BlobVector) => (a.name < b.name ? -1 : 1);
  expect([...committed].sort(byName)).toEqual([...made].sort(byName));
});

describe.each(committed.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
  const plaintext = plaintextOf(vector);
  const whole =
    vector.profile === 'flits' ? encryptBlob(bytes(vector.key), plaintext, bytes(vector.salt)) : bytes(vector.blob.base64url ?? '');
  const blob = applyChange(whole, vector.change);

  it('holds what it says it holds', () => {
    expect({ bytes: plaintext.length, sha256: sha256(plaintext) }).toEqual({
      bytes: vector.plaintext.bytes,
      sha256: vector.plaintext.sha256,
    });
    expect({ bytes: blob.length, sha256: sha256(blob) }).toEqual({ bytes: vector.blob.bytes, sha256: vector.blob.sha256 });
  });

  if (vector.profile === 'flits') {
    it('an independent implementation makes the same blob', () => {
      const other = applyChange(ece.encrypt(plaintext, { ...theirs(vector), salt: bytes(vector.salt) }), vector.change);
      expect(sha256(other)).toBe(vector.blob.sha256);
    });
  }

  if (vector.opens) {
    it('opens, here and in an independent implementation', () => {
      expect(sha256(decryptBlob(bytes(vector.key), blob))).toBe(vector.plaintext.sha256);
      expect(sha256(ece.decrypt(blob, theirs(vector)))).toBe(vector.plaintext.sha256);
    });
  } else {
    it(`does not open: ${vector.reason}`, () => {
      expect(() => decryptBlob(bytes(vector.key), blob)).toThrow(new BlobError(vector.reason as BlobError['reason']));
    });
  }

  if (vector.profile === 'rfc8188') {
    it('opens in an independent implementation of the whole RFC', () => {
      expect(ece.decrypt(blob, theirs(vector))).toEqual(plaintext);
    });
  } else if (!vector.opens) {
    it('does not open in an independent implementation either', () => {
      expect(() => ece.decrypt(blob, theirs(vector))).toThrow();
    });
  }
});
