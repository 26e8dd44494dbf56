import fc from 'fast-check';
import { freshBytes } from './fresh-bytes.js';

describe('freshBytes', () => {
  it('gives as many bytes as were asked for, also beyond its store', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), (length) => freshBytes(length).length === length));
  });

  it('gives no bytes twice, across many fillings of its store', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 5000; n += 1) seen.add(freshBytes(12).toString('hex'));
    expect(seen.size).toBe(5000);
  });

  it('hands out copies: what one holder does to its bytes changes nobody else’s', () => {
    const kept = freshBytes(16);
    const before = kept.toString('hex');
    for (let n = 0; n < 1000; n += 1) freshBytes(16).fill(0);
    expect(kept.toString('hex')).toBe(before);
  });

  it('has no bit that never changes', () => {
    const ones = Buffer.alloc(32);
    const zeros = Buffer.alloc(32);
    for (let n = 0; n < 200; n += 1) {
      freshBytes(32).forEach((byte, index) => {
        ones[index] = ones[index]! | byte;
        zeros[index] = zeros[index]! | ~byte;
      });
    }
    expect(ones.every((byte) => byte === 0xff)).toBe(true);
    expect(zeros.every((byte) => byte === 0xff)).toBe(true);
  });
});
