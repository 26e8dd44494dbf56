import { createCipheriv, createHash, createHmac, generateKeyPairSync, hkdfSync, randomBytes, sign } from 'node:crypto';
import type { Hours } from '../../src/platform/ids/index.js';
import { sendValues, type SendValues } from './send-values.js';

/**
 * The cryptography that a send's contract asks for, written down in one place with nothing around it: words sealed (RFC 8188)
 * under a key of their own, the key wrapped, a commitment, MACs of key and body, a receipt signed. What no server that keeps
 * the promises can leave out.
 */
const hourKey = randomBytes(32);
const macKey = randomBytes(32);
const { privateKey } = generateKeyPairSync('ed25519');
const RECEIPT_BYTES = 380;
const DELIMITER = Buffer.of(2);

export function sealedValues(
  hours: Hours,
  senderId: string,
  recipientIds: readonly string[],
  text: string,
  idempotencyKey: string,
): SendValues {
  const values = sendValues(hours, senderId, recipientIds);
  const id = Buffer.from(values.id.replaceAll('-', ''), 'hex');
  const key = randomBytes(16);
  const salt = randomBytes(32);
  const keyMac = createHmac('sha256', macKey).update(senderId).update(idempotencyKey).digest();
  return {
    ...values,
    words: seal(key, Buffer.from(JSON.stringify({ text }))),
    wordsKey: wrap(key, id),
    salt,
    commitment: createHash('sha256').update('flits-erasure-v1').update(salt).update(id).digest(),
    keyMac,
    bodyMac: createHmac('sha256', macKey).update(keyMac).update(text).update(recipientIds.join()).digest(),
  };
}

/** Ed25519 over as many bytes as a receipt has. */
export function signedReceipt(commitment: Buffer): string {
  const text = Buffer.alloc(RECEIPT_BYTES);
  commitment.copy(text);
  return sign(null, text, privateKey).toString('base64');
}

function seal(key: Buffer, words: Buffer): Buffer {
  const salt = randomBytes(16);
  const contentKey = Buffer.from(hkdfSync('sha256', key, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', key, salt, 'Content-Encoding: nonce\0', 12));
  const cipher = createCipheriv('aes-128-gcm', contentKey, nonce);
  return Buffer.concat([salt, Buffer.alloc(5), cipher.update(words), cipher.update(DELIMITER), cipher.final(), cipher.getAuthTag()]);
}

function wrap(key: Buffer, id: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', hourKey, nonce).setAAD(id);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}
