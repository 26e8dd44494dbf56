import { createCipheriv, hkdfSync } from 'node:crypto';
import { BlobError } from './blob-error.js';
import { readHeader, RecordCipher, writeHeader } from './records.js';

const base64url = (text: string) => Buffer.from(text, 'base64url');
const plaintext = Buffer.from('I am the walrus');

/** RFC 8188 §3.1: one record of 4,096, no key id. */
const single = {
  key: base64url('yqdlZ-tYemfogSmv7Ws5PQ'),
  blob: base64url('I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg'),
};

/** RFC 8188 §3.2: two records of 25, key id "a1", one byte of padding in the first. */
const multiple = {
  key: base64url('BO3ZVPxUlnLORbVGMpbT1Q'),
  blob: base64url('uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA'),
};

describe('RFC 8188 §3.1: encryption of a response', () => {
  const header = readHeader(single.blob);
  const records = new RecordCipher(single.key, header.salt);

  it('reads the header', () => {
    expect(header).toEqual({ salt: base64url('I1BsxtFttlv3u_Oo94xnmw'), recordSize: 4096, keyId: Buffer.alloc(0), headerBytes: 21 });
  });

  it('opens', () => {
    expect(records.open(0, single.blob.subarray(21), { last: true, padding: 'allowed' })).toEqual(plaintext);
  });

  it('seals to the same bytes', () => {
    expect(Buffer.concat([writeHeader(header), ...records.seal(0, plaintext, { last: true })])).toEqual(single.blob);
  });
});

describe('RFC 8188 §3.2: encryption with multiple records', () => {
  const header = readHeader(multiple.blob);
  const records = new RecordCipher(multiple.key, header.salt);
  const first = multiple.blob.subarray(23, 48);
  const second = multiple.blob.subarray(48);

  it('reads the header', () => {
    expect(header).toMatchObject({ recordSize: 25, keyId: Buffer.from('a1'), headerBytes: 23 });
  });

  it('opens both records', () => {
    expect(records.open(0, first, { last: false, padding: 'allowed' }).toString()).toBe('I am th');
    expect(records.open(1, second, { last: true, padding: 'allowed' }).toString()).toBe('e walrus');
  });

  it('seals to the same bytes', () => {
    const pieces = [
      writeHeader(header),
      ...records.seal(0, plaintext.subarray(0, 7), { last: false, paddingBytes: 1 }),
      ...records.seal(1, plaintext.subarray(7), { last: true }),
    ];
    expect(Buffer.concat(pieces)).toEqual(multiple.blob);
  });

  it('refuses a record in the place of another', () => {
    expect(() => records.open(1, first, { last: false, padding: 'allowed' })).toThrow(new BlobError('tag'));
  });

  it('refuses padding where it is refused', () => {
    expect(() => records.open(0, first, { last: false, padding: 'refused' })).toThrow(new BlobError('padding'));
  });

  it('refuses a first record that poses as the last', () => {
    expect(() => records.open(0, first, { last: true, padding: 'allowed' })).toThrow(new BlobError('truncated'));
  });

  it('refuses a last record with more behind it', () => {
    expect(() => records.open(1, second, { last: false, padding: 'allowed' })).toThrow(new BlobError('padding'));
  });

  it('refuses a record of nothing but zeros, and one too short for a delimiter', () => {
    const key = Buffer.from(hkdfSync('sha256', multiple.key, header.salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', multiple.key, header.salt, 'Content-Encoding: nonce\0', 12));
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    const zeros = Buffer.concat([cipher.update(Buffer.alloc(9)), cipher.final(), cipher.getAuthTag()]);
    expect(() => records.open(0, zeros, { last: true, padding: 'allowed' })).toThrow(new BlobError('padding'));
    expect(() => records.open(0, zeros.subarray(9), { last: true, padding: 'allowed' })).toThrow(new BlobError('truncated'));
  });
});

describe('record numbers', () => {
  it('each number has a nonce of its own, also above 2^32', () => {
    const records = new RecordCipher(single.key, Buffer.alloc(16));
    const sealed = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((index) =>
      Buffer.concat(records.seal(index, plaintext, { last: true })).toString('hex'),
    );
    expect(new Set(sealed).size).toBe(sealed.length);
  });
});

describe('headers', () => {
  it.each([0, 1, 20])('%i bytes are no header', (bytes) => {
    expect(() => readHeader(Buffer.alloc(bytes))).toThrow(new BlobError('header'));
  });

  it('a key id that is cut off is no header', () => {
    expect(() => readHeader(multiple.blob.subarray(0, 22))).toThrow(new BlobError('header'));
  });

  it('a salt of another length is a fault of the caller', () => {
    expect(() => writeHeader({ salt: Buffer.alloc(15), recordSize: 25, keyId: Buffer.alloc(0) })).toThrow(RangeError);
  });
});
