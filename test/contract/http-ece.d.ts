/** The parts of `http_ece` that tests use: an implementation of RFC 8188 by its author's own hand, not ours. */
declare module 'http_ece' {
  interface Parameters {
    readonly version: 'aes128gcm';
    readonly key: Buffer;
    readonly salt?: Buffer;
    readonly rs?: number;
    readonly keyid?: string;
  }
  export function encrypt(plaintext: Buffer, parameters: Parameters): Buffer;
  export function decrypt(blob: Buffer, parameters: Parameters): Buffer;
}
