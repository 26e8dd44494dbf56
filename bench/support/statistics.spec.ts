import { median, quantile } from './statistics.js';

describe('median and quantile', () => {
  it('take the middle, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([3], 0.9)).toBe(3);
  });

  it('refuse to make something of nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
