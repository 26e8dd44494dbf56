import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { BlobError } from './blob-error.js';

/**
 * RFC 8188 in general: any record size, key id and padding. Flits itself writes and reads one narrow profile of it
 * (`aes128gcm.ts`); this file is what the RFC's own examples are checked against.
 */

const CIPHER = 'aes-128-gcm';
const SALT_BYTES = 16;
const FIXED_HEADER_BYTES = SALT_BYTES + 4 + 1;
const TAG_BYTES = 16;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
/** RFC 5869 §2.3: the number of the first block; neither key nor nonce needs a second. */
const FIRST_BLOCK = Buffer.of(1);
const DELIMITER = { more: 1, last: 2 } as const;

/** What each record holds besides data: the delimiter and the authentication tag. */
export const RECORD_OVERHEAD_BYTES = 1 + TAG_BYTES;

/** RFC 8188 §2.1: salt (16) ‖ record size (4, big-endian) ‖ length of the key id (1) ‖ key id. */
export interface BlobHeader {
  readonly salt: Buffer;
  readonly recordSize: number;
  readonly keyId: Buffer;
}

export function writeHeader({ salt, recordSize, keyId }: BlobHeader): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`salt must be ${SALT_BYTES} bytes`);
  const header = Buffer.alloc(FIXED_HEADER_BYTES);
  salt.copy(header);
  header.writeUInt32BE(recordSize, SALT_BYTES);
  header.writeUInt8(keyId.length, FIXED_HEADER_BYTES - 1);
  return Buffer.concat([header, keyId]);
}

/** @throws BlobError `header` where the blob is shorter than the header it announces */
export function readHeader(blob: Buffer): BlobHeader & { readonly headerBytes: number } {
  if (blob.length < FIXED_HEADER_BYTES) throw new BlobError('header');
  const headerBytes = FIXED_HEADER_BYTES + blob.readUInt8(FIXED_HEADER_BYTES - 1);
  if (blob.length < headerBytes) throw new BlobError('header');
  return {
    salt: blob.subarray(0, SALT_BYTES),
    recordSize: blob.readUInt32BE(SALT_BYTES),
    keyId: blob.subarray(FIXED_HEADER_BYTES, headerBytes),
    headerBytes,
  };
}

/** The records of one blob: its content-encryption key and nonces (RFC 8188 §2.2, §2.3). */
export class RecordCipher {
  readonly #key: Buffer;
  readonly #nonce: Buffer;

  constructor(key: Buffer, salt: Buffer) {
    // HKDF (RFC 5869) written out: one extract serves both, and three HMACs cost a third of two calls of `hkdfSync`.
    const pseudorandomKey = createHmac('sha256', salt).update(key).digest();
    const expand = (info: string) => createHmac('sha256', pseudorandomKey).update(info).update(FIRST_BLOCK).digest();
    this.#key = expand('Content-Encoding: aes128gcm\0').subarray(0, KEY_BYTES);
    this.#nonce = expand('Content-Encoding: nonce\0').subarray(0, NONCE_BYTES);
  }

  /** @returns the pieces of one record, to be concatenated: no copy is made here */
  seal(index: number, data: Buffer, options: { last: boolean; paddingBytes?: number }): Buffer[] {
    const delimited = Buffer.alloc(1 + (options.paddingBytes ?? 0));
    delimited.writeUInt8(options.last ? DELIMITER.last : DELIMITER.more);
    const cipher = createCipheriv(CIPHER, this.#key, this.#nonceOf(index));
    return [cipher.update(data), cipher.update(delimited), cipher.final(), cipher.getAuthTag()];
  }

  /**
   * @throws BlobError `truncated` where the record is too short or the last one says that more follow, `tag` where it does
   * not authenticate, `padding` where the delimiter is missing, misplaced, or followed by padding that is not allowed
   */
  open(index: number, record: Buffer, options: { last: boolean; padding: 'refused' | 'allowed' }): Buffer {
    if (record.length < RECORD_OVERHEAD_BYTES) throw new BlobError('truncated');
    const plain = this.#authenticate(index, record);
    let end = plain.length - 1;
    if (options.padding === 'allowed') while (end >= 0 && plain[end] === 0) end -= 1;
    const delimiter = plain[end];
    if (options.last && delimiter === DELIMITER.more) throw new BlobError('truncated');
    if (delimiter !== (options.last ? DELIMITER.last : DELIMITER.more)) throw new BlobError('padding');
    return plain.subarray(0, end);
  }

  #authenticate(index: number, record: Buffer): Buffer {
    const decipher = createDecipheriv(CIPHER, this.#key, this.#nonceOf(index));
    decipher.setAuthTag(record.subarray(record.length - TAG_BYTES));
    const plain = decipher.update(record.subarray(0, record.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new BlobError('tag');
    }
    return plain;
  }

  /** The 96-bit record number XOR the base; numbers stay below 2^53, so the first 4 bytes never change. */
  #nonceOf(index: number): Buffer {
    const nonce = Buffer.from(this.#nonce);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(index), 4);
    return nonce;
  }
}
