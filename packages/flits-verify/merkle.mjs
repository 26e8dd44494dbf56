// The Merkle tree of RFC 6962 (SHA-256) and the checks of RFC 9162. Sizes may exceed 32 bits: no bit operators.
import { createHash } from 'node:crypto';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const isOdd = (n) => n % 2 === 1;
const half = (n) => Math.floor(n / 2);

export const hashOfLeaf = (leaf) => sha256(Buffer.of(0), leaf);
const hashOfNode = (left, right) => sha256(Buffer.of(1), left, right);

/** RFC 9162 §2.1.3.2: what root the proof leads to; undefined where it does not fit the place. */
export function rootByInclusion(leafHash, index, size, proof) {
  if (!(index >= 0 && index < size)) return undefined;
  let [node, last, hash] = [index, size - 1, leafHash];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (isOdd(node) || node === last) {
      hash = hashOfNode(sibling, hash);
      while (node > 0 && !isOdd(node)) [node, last] = [half(node), half(last)];
    } else hash = hashOfNode(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : undefined;
}

/** RFC 9162 §2.1.4.2: whether the older head is the beginning of the newer one. */
export function isContinued(older, newer, proof) {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root.equals(newer.root);
  if (older.size === 0) return proof.length === 0 && older.root.equals(sha256());
  let [node, last] = [older.size - 1, newer.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  const path = [...proof];
  const start = node === 0 ? older.root : path.shift();
  if (!start) return false;
  let [oldHash, newHash] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      [oldHash, newHash] = [hashOfNode(sibling, oldHash), hashOfNode(sibling, newHash)];
      while (node > 0 && !isOdd(node)) [node, last] = [half(node), half(last)];
    } else newHash = hashOfNode(newHash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(older.root) && newHash.equals(newer.root);
}

/** A tree that grows leaf by leaf; keeps only its right edge. */
export class GrowingTree {
  size = 0;
  #edge = [];

  add(leaf) {
    let [hash, width] = [hashOfLeaf(leaf), 1];
    while (this.#edge.at(-1)?.width === width) [hash, width] = [hashOfNode(this.#edge.pop().hash, hash), width * 2];
    this.#edge.push({ hash, width });
    this.size += 1;
  }

  root() {
    return this.#edge.map(({ hash }) => hash).reduceRight((right, left) => (right ? hashOfNode(left, right) : left), undefined) ?? sha256();
  }
}
