import fc from 'fast-check';
import { GrowingTree, hashOfLeaf, isContinued, rootByInclusion } from '../../packages/flits-verify/merkle.mjs';
import { consistencyRanges, grow, inclusionRanges, join, leafHash, type Range } from '../../src/features/ledger/tree/index.js';

const LARGEST = 300;
const leaves = Array.from({ length: LARGEST }, (_, index) => `leaf ${index}`);
const hashes = leaves.map(leafHash);
const rootOf = ({ start, end }: Range) => join(grow(0, [], hashes.slice(start, end)).edge);
const roots = Array.from({ length: LARGEST + 1 }, (_, end) => rootOf({ start: 0, end }));

const twoSizes = fc
  .integer({ min: 1, max: LARGEST })
  .chain((to) => fc.record({ to: fc.constant(to), from: fc.integer({ min: 1, max: to }) }));
const turnedBit = fc.record({ hash: fc.nat(), byte: fc.nat(31), bit: fc.nat(7) });

function turned(proof: readonly Buffer[], { hash, byte, bit }: { hash: number; byte: number; bit: number }): Buffer[] {
  const copies = proof.map((each) => Buffer.from(each));
  const bad = copies[hash % copies.length];
  if (bad) bad[byte] = bad[byte]! ^ (1 << bit);
  return copies;
}

/** The verifier shares no code with the server: what one makes the other has to accept, and nothing else. */
describe('the verifier on proofs of the server', () => {
  it('hashes leaves and trees alike', () => {
    const tree = new GrowingTree();
    for (let size = 0; size <= LARGEST; size += 1) {
      if (!tree.root().equals(roots[size]!)) throw new Error(`another root of ${size} leaves`);
      if (size < LARGEST) tree.add(leaves[size]!);
    }
    expect(hashOfLeaf(leaves[0]!)).toEqual(hashes[0]);
  });

  it('R60: follows every inclusion proof to the root, and a changed one elsewhere', () => {
    fc.assert(
      fc.property(twoSizes, turnedBit, ({ from, to }, bit) => {
        const proof = inclusionRanges(from - 1, to).map(rootOf);
        expect(rootByInclusion(hashes[from - 1]!, from - 1, to, proof)).toEqual(roots[to]);
        expect(rootByInclusion(hashes[from - 1]!, from - 1, to, [...proof, hashes[0]!])).toBeUndefined();
        if (proof.length > 0) expect(rootByInclusion(hashes[from - 1]!, from - 1, to, turned(proof, bit))).not.toEqual(roots[to]);
      }),
      { numRuns: 300 },
    );
  });

  it('R60: accepts every consistency proof, and no changed one', () => {
    fc.assert(
      fc.property(twoSizes, turnedBit, ({ from, to }, bit) => {
        const [older, newer] = [from, to].map((size) => ({ size, root: roots[size]! })) as [
          { size: number; root: Buffer },
          { size: number; root: Buffer },
        ];
        const proof = consistencyRanges(from, to).map(rootOf);
        expect(isContinued(older, newer, proof)).toBe(true);
        expect(isContinued(older, newer, [...proof, hashes[0]!])).toBe(false);
        if (proof.length > 0) expect(isContinued(older, newer, turned(proof, bit))).toBe(false);
        if (from < to) expect(isContinued({ size: from, root: roots[from - 1]! }, newer, proof)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
