import { createHash } from 'node:crypto';
import { bytesOfUuid } from '../../platform/ids/index.js';

export const SALT_BYTES = 32;

/**
 * `SHA-256("flits-erasure-v1" ‖ salt ‖ snap id)`: binds a leaf to a snap for whoever holds the salt, and says nothing to
 * anyone else. @param salt 32 random bytes @param snapId UUID text, hashed as its 16 bytes
 */
export function commit(salt: Buffer, snapId: string): Buffer {
  return createHash('sha256').update('flits-erasure-v1').update(salt).update(bytesOfUuid(snapId)).digest();
}
