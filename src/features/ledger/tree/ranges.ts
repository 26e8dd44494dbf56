/**
 * Which parts of the tree a proof is made of (RFC 6962 §2.1). A part is a range of leaves; its hash follows from a few
 * complete subtrees, which never change once their last leaf is there and are what is stored. Positions are below 2^53.
 */

/** Leaves `start` to `end - 1`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A complete subtree: the hash over the `2^level` leaves from `index * 2^level` on. Level 0 is a leaf. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** `PATH(index, D[size])` of RFC 6962 §2.1.1: the ranges whose hashes prove a leaf, from its sibling upward. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError('the leaf is not in the tree');
  return path(index, { start: 0, end: size });
}

/** `PROOF(from, D[to])` of RFC 6962 §2.1.2: the ranges whose hashes prove that the tree of `from` leaves grew into that of `to`. */
export function consistencyRanges(from: number, to: number): Range[] {
  if (!(from >= 0 && from <= to)) throw new RangeError('a tree grows');
  return from === 0 ? [] : subproof(from, { start: 0, end: to }, true);
}

/** The complete subtrees a range falls into, left to right. A range starts where a tree of its own width may start. */
export function nodesOf({ start, end }: Range): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

function path(index: number, { start, end }: Range): Range[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...path(index, { start, end: middle }), { start: middle, end }]
    : [...path(index, { start: middle, end }), { start, end: middle }];
}

function subproof(from: number, { start, end }: Range, isWhole: boolean): Range[] {
  if (from === end) return isWhole ? [] : [{ start, end }];
  const middle = start + splitOf(end - start);
  return from <= middle
    ? [...subproof(from, { start, end: middle }, isWhole), { start: middle, end }]
    : [...subproof(from, { start: middle, end }, false), { start, end: middle }];
}

/** The largest power of two below `width`, which is at least 2. */
function splitOf(width: number): number {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}
