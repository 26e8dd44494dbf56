import { Injectable } from '@nestjs/common';
import { hmac, MasterKeys, sameBytes } from '../../platform/crypto/index.js';
import { bytesOfUuid, uuidOfBytes } from '../../platform/ids/index.js';

export interface RefreshClaims {
  readonly deviceId: string;
  /** Counts up from 1 with every use of a predecessor. */
  readonly generation: number;
}

const ID_BYTES = 16;
const GENERATION_BYTES = 4;
const MAC_BYTES = 32;

/**
 * Refresh tokens: base64url(device id ‖ generation, 4 bytes ‖ HMAC-SHA-256 of both). They follow from the device's row and
 * the master key, so that nothing is stored but the highest generation used, and a lost answer can be given again.
 */
@Injectable()
export class RefreshTokens {
  readonly #key: Buffer;

  constructor(keys: MasterKeys) {
    this.#key = keys.derive('refresh v1');
  }

  make({ deviceId, generation }: RefreshClaims): string {
    const body = Buffer.alloc(ID_BYTES + GENERATION_BYTES);
    bytesOfUuid(deviceId).copy(body);
    body.writeUInt32BE(generation, ID_BYTES);
    return Buffer.concat([body, hmac(this.#key, body)]).toString('base64url');
  }

  /** `undefined` for anything that this server did not make. */
  read(token: string): RefreshClaims | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // One spelling a token: decoding skips what is not base64url.
    // eslint-disable-next-line no-restricted-syntax -- a token with itself, spelled anew
    if (bytes.length !== ID_BYTES + GENERATION_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
    const body = bytes.subarray(0, ID_BYTES + GENERATION_BYTES);
    if (!sameBytes(hmac(this.#key, body), bytes.subarray(body.length))) return undefined;
    return { deviceId: uuidOfBytes(body), generation: body.readUInt32BE(ID_BYTES) };
  }
}
