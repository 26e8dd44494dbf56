import { EMPTY_ROOT, nodeHash } from './hashes.js';

/**
 * RFC 9162 §2.1.3.2. Another algorithm than the one that makes the proof, on purpose.
 * @returns whether `proof` shows that the leaf is at `index` of the tree of `size` leaves with that `root`
 */
export function provesInclusion(args: { leafHash: Buffer; index: number; size: number; root: Buffer; proof: readonly Buffer[] }): boolean {
  if (!(args.index >= 0 && args.index < args.size)) return false;
  let node = args.index;
  let last = args.size - 1;
  let hash = args.leafHash;
  for (const sibling of args.proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node > 0) [node, last] = [node / 2, half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(args.root);
}

export interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/** RFC 9162 §2.1.4.2. @returns whether `proof` shows that the older tree is the beginning of the newer one */
export function provesConsistency(older: Head, newer: Head, proof: readonly Buffer[]): boolean {
  if (!(older.size >= 0 && older.size <= newer.size)) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0 && older.root.equals(EMPTY_ROOT);
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  if (!first) return false;
  let [node, last] = [older.size - 1, newer.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (!isOdd(node) && node > 0) [node, last] = [node / 2, half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(older.root) && newHash.equals(newer.root);
}

// Sizes may exceed 32 bits, so no bit operators.
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isPowerOfTwo = (n: number): boolean => (isOdd(n) ? n === 1 : isPowerOfTwo(n / 2));
