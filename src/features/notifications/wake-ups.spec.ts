import fc from 'fast-check';
import { ttlOf } from './wake-ups.js';

describe('ttlOf', () => {
  it('is never more than what is left, and never so fine that it tells what was chosen', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 72 * 3_600_000 }), (leftMs) => {
        const ttl = ttlOf(leftMs);
        expect(ttl * 1000).toBeLessThanOrEqual(Math.max(0, leftMs));
        expect(Number.isInteger(ttl)).toBe(true);
        if (leftMs >= 3_600_000) expect(ttl % 3600).toBe(0);
        if (leftMs >= 1000) expect(ttl).toBeGreaterThan(leftMs / 2000 - 1);
      }),
    );
  });

  it.each([
    [999, 0],
    [1000, 1],
    [59_999, 59],
    [119_000, 60],
    [3_599_999, 3540],
    [3_600_000, 3600],
    [259_200_000, 259_200],
  ])('%i ms: %i s', (left, ttl) => {
    expect(ttlOf(left)).toBe(ttl);
  });
});
