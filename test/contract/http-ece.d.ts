/** The parts of `http_ece` that tests use: an implementation of RFC 8188 and RFC 8291 by their author's own hand, not ours. */
declare module 'http_ece' {
  import type { ECDH } from 'node:crypto';

  interface Parameters {
    readonly version: 'aes128gcm';
    readonly key: Buffer;
    readonly salt?: Buffer;
    readonly rs?: number;
    readonly keyid?: string;
  }
  export function encrypt(plaintext: Buffer, parameters: Parameters): Buffer;
  /** RFC 8291: the receiver's side. */
  interface WebPushParameters {
    readonly version: 'aes128gcm';
    readonly privateKey: ECDH;
    readonly authSecret: string;
  }
  export function decrypt(blob: Buffer, parameters: Parameters | WebPushParameters): Buffer;
}
