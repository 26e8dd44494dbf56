import fc from 'fast-check';
import {
  checkpointText,
  consistencyRanges,
  EMPTY_ROOT,
  grow,
  inclusionRanges,
  join,
  leafHash,
  nodeHash,
  nodesOf,
  provesConsistency,
  provesInclusion,
  type NodeId,
  type Range,
  type TreeNode,
} from '../../src/features/ledger/tree/index.js';

const LARGEST = 300;
/** Up to here every proof is also tried on what it must not prove; above, one in five is. */
const CROSS_EXAMINED = 130;
const isCrossExamined = (n: number, index: number) => n <= CROSS_EXAMINED || (n + index) % 5 === 0;
const leaves = Array.from({ length: LARGEST }, (_, index) => leafHash(`leaf ${index}`));

/** MTH of RFC 6962 §2.1, word for word. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)));
}

const roots = Array.from({ length: LARGEST + 1 }, (_, size) => rootOf(leaves.slice(0, size)));

/** Everything that is stored of a tree, made leaf by leaf. */
const stored = new Map<string, Buffer>();
const keyOf = ({ level, index }: NodeId) => `${level}/${index}`;
for (let [size, edge] = [0, [] as TreeNode[]]; size < LARGEST; size += 1) {
  const grown = grow(size, edge, [leaves[size]!]);
  edge = grown.edge;
  for (const node of [...grown.completed, { level: 0, index: size, hash: leaves[size]! }]) stored.set(keyOf(node), node.hash);
}

const fromStored = (id: NodeId): TreeNode => ({ ...id, hash: stored.get(keyOf(id))! });
/** Ranges come again and again: each is joined once. */
const joined = new Map<number, Buffer>();
function hashOf(range: Range): Buffer {
  const key = range.start * 1000 + range.end;
  const known = joined.get(key) ?? join(nodesOf(range).map(fromStored));
  joined.set(key, known);
  return known;
}
const inclusion = (index: number, size: number) => inclusionRanges(index, size).map(hashOf);
const consistency = (from: number, to: number) => consistencyRanges(from, to).map(hashOf);
const head = (size: number) => ({ size, root: roots[size]! });
const isIncluded = (index: number, size: number, proof = inclusion(index, size), leaf = leaves[index]!, root = roots[size]!) =>
  provesInclusion({ leafHash: leaf, index, size, root, proof });

const size = fc.integer({ min: 1, max: LARGEST });
const leafOfTree = size.chain((n) => fc.record({ n: fc.constant(n), index: fc.integer({ min: 0, max: n - 1 }) }));
const twoSizes = size.chain((to) => fc.record({ to: fc.constant(to), from: fc.integer({ min: 1, max: to }) }));

/** The same proof with one bit of it turned. */
function turned(proof: readonly Buffer[], hash: number, byte: number, bit: number): Buffer[] {
  return proof.map((each, index) => {
    const copy = Buffer.from(each);
    if (index === hash) copy[byte]! ^= 1 << bit;
    return copy;
  });
}

describe('the Merkle tree (RFC 6962, RFC 9162)', () => {
  it('has the roots of the RFC 6962 reference vectors', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const hashes = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex').toString('latin1')));
    expect(grow(0, [], []).edge).toEqual([]);
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hashes.map((_, index) => join(grow(0, [], hashes.slice(0, index + 1)).edge).toString('hex'))).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it(`proves every leaf of every size to ${LARGEST}, and no other leaf, place or size with the same proof`, () => {
    for (let n = 1; n <= LARGEST; n += 1) {
      for (let index = 0; index < n; index += 1) {
        const proof = inclusion(index, n);
        if (proof.length > Math.ceil(Math.log2(n))) throw new Error(`the proof of ${index} of ${n} is too long`);
        if (!isIncluded(index, n, proof)) throw new Error(`leaf ${index} of ${n} is not proven`);
        if (!isCrossExamined(n, index)) continue;
        if (isIncluded(index, n, proof, leaves[(index + 1) % n]) && n > 1) throw new Error(`another leaf passes for ${index} of ${n}`);
        if (isIncluded(index, n, proof, leaves[index], roots[n - 1]))
          throw new Error(`the proof of ${index} of ${n} holds for another root`);
      }
    }
  });

  it(`proves that every size to ${LARGEST} grew from every smaller one`, () => {
    for (let to = 0; to <= LARGEST; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const proof = consistency(from, to);
        if (!provesConsistency(head(from), head(to), proof)) throw new Error(`${from} → ${to} is not proven`);
        if (from > 0 && from < to && isCrossExamined(to, from) && provesConsistency({ size: from, root: roots[to]! }, head(to), proof))
          throw new Error(`a wrong root of ${from} → ${to} passes`);
      }
    }
  });

  it(`does so for any leaf and any two sizes to ${LARGEST}`, () => {
    fc.assert(
      fc.property(leafOfTree, ({ n, index }) => isIncluded(index, n)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(twoSizes, ({ from, to }) => provesConsistency(head(from), head(to), consistency(from, to))),
      { numRuns: 500 },
    );
  });

  it('R60: notices one turned bit anywhere in an inclusion proof, its leaf or its root', () => {
    fc.assert(
      fc.property(leafOfTree, fc.nat(), fc.nat(31), fc.nat(7), ({ n, index }, which, byte, bit) => {
        const proof = inclusion(index, n);
        const all = [...proof, leaves[index]!, roots[n]!];
        const bad = turned(all, which % all.length, byte, bit);
        return !isIncluded(index, n, bad.slice(0, -2), bad.at(-2), bad.at(-1));
      }),
      { numRuns: 3000 },
    );
  });

  it('R60: notices every byte of every proof of one tree', () => {
    const n = 77;
    for (let index = 0; index < n; index += 1) {
      const proof = inclusion(index, n);
      for (let hash = 0; hash < proof.length; hash += 1) {
        for (let byte = 0; byte < 32; byte += 1)
          if (isIncluded(index, n, turned(proof, hash, byte, byte % 8))) throw new Error(`${index}/${hash}/${byte}`);
      }
    }
    for (let from = 1; from < n; from += 1) {
      const proof = consistency(from, n);
      for (let hash = 0; hash < proof.length; hash += 1) {
        for (let byte = 0; byte < 32; byte += 1) {
          if (provesConsistency(head(from), head(n), turned(proof, hash, byte, byte % 8))) throw new Error(`${from}/${hash}/${byte}`);
        }
      }
    }
  });

  it('refuses proofs that are too long, too short, of another place or of no place', () => {
    fc.assert(
      fc.property(leafOfTree, fc.integer({ min: -1, max: LARGEST }), ({ n, index }, other) => {
        const proof = inclusion(index, n);
        expect(isIncluded(index, n, [...proof, EMPTY_ROOT])).toBe(false);
        if (proof.length > 0) expect(isIncluded(index, n, proof.slice(1))).toBe(false);
        if (other !== index)
          expect(provesInclusion({ leafHash: leaves[index]!, index: other, size: n, root: roots[n]!, proof })).toBe(false);
      }),
    );
    fc.assert(
      fc.property(twoSizes, ({ from, to }) => {
        const proof = consistency(from, to);
        expect(provesConsistency(head(from), head(to), [...proof, EMPTY_ROOT])).toBe(false);
        if (proof.length > 0) expect(provesConsistency(head(from), head(to), proof.slice(0, -1))).toBe(false);
        if (from < to) expect(provesConsistency(head(to), head(from), proof)).toBe(false);
      }),
    );
  });

  it('grows to the same tree in any steps', () => {
    fc.assert(
      fc.property(size, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }), (n, steps) => {
        let [at, edge] = [0, [] as TreeNode[]];
        const completed: TreeNode[] = [];
        for (const step of [...steps, n]) {
          const end = Math.min(n, at + step);
          const grown = grow(at, edge, leaves.slice(at, end));
          completed.push(...grown.completed);
          [at, edge] = [end, grown.edge];
          expect(edge.map(({ level, index }) => ({ level, index }))).toEqual(nodesOf({ start: 0, end }));
        }
        expect(join(edge)).toEqual(roots[n]);
        expect(new Set(completed.map(keyOf)).size).toBe(completed.length);
        expect(completed.every((node) => node.hash.equals(stored.get(keyOf(node))!))).toBe(true);
      }),
    );
  });

  it('works beyond 32 bits', () => {
    const n = 2 ** 40 + 3;
    const parts = inclusionRanges(2 ** 39 + 5, n);
    expect(parts).toHaveLength(41);
    expect(parts.reduce((sum, { start, end }) => sum + end - start, 1)).toBe(n);
    expect(nodesOf({ start: 0, end: n }).map(({ level }) => level)).toEqual([40, 1, 0]);
    expect(consistencyRanges(2 ** 40, n)).toEqual([{ start: 2 ** 40, end: n }]);
  });

  it('writes heads as tlog-checkpoint does', () => {
    expect(checkpointText('example.com/log', 0, EMPTY_ROOT)).toBe('example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n');
  });
});
