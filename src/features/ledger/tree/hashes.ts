import { createHash } from 'node:crypto';

/** RFC 6962 §2.1: leaves and nodes are hashed under different first bytes, so that none can pass for the other. */
const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

export const HASH_BYTES = 32;
/** The root of the tree without leaves. */
export const EMPTY_ROOT = createHash('sha256').digest();

export function leafHash(leaf: string): Buffer {
  return createHash('sha256').update(LEAF).update(leaf).digest();
}

export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}
