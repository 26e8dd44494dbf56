import { createECDH, createHmac } from 'node:crypto';
import { freshBytes, RecordCipher, writeHeader } from '../../../platform/crypto/index.js';

const RECORD_BYTES = 4096;
/** RFC 5869 §2.3: the number of the first block, the only one that is needed. */
const FIRST_BLOCK = Buffer.of(1);

export interface MessageKeys {
  /** The client's public key: 65 bytes. */
  readonly p256dh: Buffer;
  /** The shared secret: 16 bytes. */
  readonly auth: Buffer;
}

/**
 * RFC 8291: one message for one subscription, as `aes128gcm` (RFC 8188) of a single record.
 *
 * @param own what RFC 8291 §5 pins to show its example; fresh otherwise: a key pair is for one message
 * @throws Error where `p256dh` is no point of P-256
 */
export function encryptMessage(
  { p256dh, auth }: MessageKeys,
  plaintext: Buffer,
  own: { readonly privateKey?: Buffer; readonly salt?: Buffer } = {},
): Buffer {
  const pair = createECDH('prime256v1');
  if (own.privateKey) pair.setPrivateKey(own.privateKey);
  else pair.generateKeys();
  const publicKey = pair.getPublicKey();
  const salt = own.salt ?? freshBytes(16);
  // §3.3, §3.4: HKDF (RFC 5869) written out.
  const pseudorandomKey = hmac(auth, pair.computeSecret(p256dh));
  const inputKey = hmac(pseudorandomKey, Buffer.from('WebPush: info\0'), p256dh, publicKey, FIRST_BLOCK);
  const records = new RecordCipher(inputKey, salt);
  return Buffer.concat([writeHeader({ salt, recordSize: RECORD_BYTES, keyId: publicKey }), ...records.seal(0, plaintext, { last: true })]);
}

function hmac(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
