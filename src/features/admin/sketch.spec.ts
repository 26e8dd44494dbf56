import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { emptySketch, estimateOf, mergeSketch, REGISTERS, SKETCH_BITS } from './sketch.js';

function seen(id: string): { register: number; zeros: number } {
  const hash = createHash('sha256').update(id).digest();
  const word = hash.readUInt32BE(2);
  return { register: hash.readUInt16BE(0) >>> (16 - SKETCH_BITS), zeros: Math.clz32(word) + 1 };
}

describe('a sketch of how many', () => {
  it.each([0, 1, 20, 1000, 20_000, 200_000])('of %i is within 5 %%', (many) => {
    const sketch = mergeSketch(
      emptySketch(),
      Array.from({ length: many }, (_, index) => seen(`person ${index}`)),
    );
    expect(Math.abs(estimateOf(sketch) - many)).toBeLessThanOrEqual(many * 0.05);
  });

  it('is the same in any order, in any parts, and however often', () => {
    const entry = fc.record({ register: fc.nat(REGISTERS - 1), zeros: fc.integer({ min: 1, max: 33 }) });
    fc.assert(
      fc.property(fc.array(entry), fc.array(entry), (one, other) => {
        const apart = mergeSketch(mergeSketch(emptySketch(), one), other);
        const together = mergeSketch(emptySketch(), [...other, ...one, ...other]);
        expect(apart.equals(together)).toBe(true);
      }),
    );
  });
});
