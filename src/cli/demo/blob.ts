import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * The phone's side of RFC 8188 (`aes128gcm`), as an app would write it: 21 bytes of header (salt, record size 65536, empty key
 * id), then records of up to 65519 bytes of data, a delimiter (1: more follow, 2: the last one) and a tag of 16 bytes.
 */
const RECORD = 65_536;
const DATA = RECORD - 17;
const HEADER = 21;

function cipherOf(key: Buffer, salt: Buffer) {
  const derive = (info: string, bytes: number) => Buffer.from(hkdfSync('sha256', key, salt, `Content-Encoding: ${info}\0`, bytes));
  const contentKey = derive('aes128gcm', 16);
  const base = derive('nonce', 12);
  const nonce = (number: number) => {
    const own = Buffer.from(base);
    own.writeUInt32BE((own.readUInt32BE(8) ^ number) >>> 0, 8);
    return own;
  };
  return { contentKey, nonce };
}

/** @param key 16 bytes, for this content alone */
export function encrypt(key: Buffer, content: Buffer): Buffer {
  const salt = randomBytes(16);
  const header = Buffer.concat([salt, Buffer.alloc(HEADER - 16)]);
  header.writeUInt32BE(RECORD, 16);
  const { contentKey, nonce } = cipherOf(key, salt);
  const pieces = [header];
  for (let number = 0, at = 0; number === 0 || at < content.length; number += 1, at += DATA) {
    const cipher = createCipheriv('aes-128-gcm', contentKey, nonce(number));
    const delimiter = Buffer.of(at + DATA >= content.length ? 2 : 1);
    pieces.push(cipher.update(content.subarray(at, at + DATA)), cipher.update(delimiter), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(pieces);
}

/** @throws Error where the key is another one or a byte was changed */
export function decrypt(key: Buffer, blob: Buffer): Buffer {
  const { contentKey, nonce } = cipherOf(key, blob.subarray(0, 16));
  const pieces: Buffer[] = [];
  for (let number = 0, at = HEADER; at < blob.length; number += 1, at += RECORD) {
    const record = blob.subarray(at, at + RECORD);
    const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce(number));
    decipher.setAuthTag(record.subarray(-16));
    const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    const isLast = at + RECORD >= blob.length;
    if (plain.at(-1) !== (isLast ? 2 : 1)) throw new Error('the blob was cut');
    pieces.push(plain.subarray(0, -1));
  }
  return Buffer.concat(pieces);
}
