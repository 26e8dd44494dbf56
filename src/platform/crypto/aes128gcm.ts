import { BlobError } from './blob-error.js';
import { freshBytes } from './fresh-bytes.js';
import { readHeader, RECORD_OVERHEAD_BYTES, RecordCipher, writeHeader } from './records.js';

/**
 * The stored form of everything mortal: RFC 8188 `aes128gcm` with records of exactly 65,536 bytes (65,519 of data), an empty
 * key id and no padding. Whole buffers in memory: the largest clip is 120 MB.
 */

export { BlobError } from './blob-error.js';
export const BLOB_KEY_BYTES = 16;

const RECORD_BYTES = 65_536;
const DATA_BYTES = RECORD_BYTES - RECORD_OVERHEAD_BYTES;
const HEADER_BYTES = 21;
const NO_KEY_ID = Buffer.alloc(0);

/**
 * @param key 16 bytes, for one content only
 * @param salt 16 bytes; pinned by test vectors alone: the same key and salt on two contents would give both away
 * @throws RangeError for a key or salt of another length
 */
export function encryptBlob(key: Buffer, plaintext: Buffer, salt: Buffer = freshBytes(16)): Buffer {
  const records = new RecordCipher(checkedKey(key), salt);
  const pieces = [writeHeader({ salt, recordSize: RECORD_BYTES, keyId: NO_KEY_ID })];
  const count = recordsFor(plaintext.length);
  for (let index = 0; index < count; index += 1) {
    const data = plaintext.subarray(index * DATA_BYTES, (index + 1) * DATA_BYTES);
    pieces.push(...records.seal(index, data, { last: index === count - 1 }));
  }
  return Buffer.concat(pieces, encryptedLength(plaintext.length));
}

/**
 * All or nothing: no byte leaves before every record has authenticated.
 *
 * @param key 16 bytes
 * @throws BlobError with a stable reason; RangeError for a key of another length
 */
export function decryptBlob(key: Buffer, blob: Buffer): Buffer {
  checkedKey(key);
  const { salt, recordSize, keyId, headerBytes } = readHeader(blob);
  if (recordSize !== RECORD_BYTES) throw new BlobError('record_size');
  if (keyId.length > 0) throw new BlobError('keyid');
  if (blob.length === headerBytes) throw new BlobError('truncated');
  const records = new RecordCipher(key, salt);
  const pieces: Buffer[] = [];
  for (let start = headerBytes; start < blob.length; start += RECORD_BYTES) {
    const last = start + RECORD_BYTES >= blob.length;
    pieces.push(records.open(pieces.length, blob.subarray(start, start + RECORD_BYTES), { last, padding: 'refused' }));
  }
  return Buffer.concat(pieces);
}

/** How many bytes `encryptBlob` makes of that many: header, data, and 17 bytes a record. */
export function encryptedLength(plainBytes: number): number {
  return HEADER_BYTES + plainBytes + recordsFor(plainBytes) * RECORD_OVERHEAD_BYTES;
}

/** Nothing at all is still one record: it carries the delimiter that says "this is the end". */
function recordsFor(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / DATA_BYTES));
}

function checkedKey(key: Buffer): Buffer {
  if (key.length !== BLOB_KEY_BYTES) throw new RangeError(`key must be ${BLOB_KEY_BYTES} bytes`);
  return key;
}
