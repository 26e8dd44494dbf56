import fc from 'fast-check';
import { posix } from 'node:path';
import { isObjectName, linkSeconds, wholeSecond } from './object-name.js';

describe('object names', () => {
  it('R24: whatever is taken for a name stays below its folder and needs no escaping', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('.', '/', 'a', '-', '_', '0', '\\', '%') }));
    fc.assert(
      fc.property(text, (name) => {
        if (!isObjectName(name)) return;
        expect(posix.join('/root', name)).toBe(`/root/${name}`);
        expect(encodeURI(name)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '7f/1700000000000/0123456789abcdef',
    '7f/1700000000000/incoming/0123456789abcdef',
    'hours/1700000000000',
    'log/tile/0/x001/067',
  ])('%s is one', (name) => {
    expect(isObjectName(name)).toBe(true);
  });
});

describe('linkSeconds', () => {
  it('R2: counted from the whole second a signature carries, a link ends by its deadline and less than a second early', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), fc.integer({ min: 1000, max: 259_200_000 }), (now, left) => {
        const end = wholeSecond(now) + linkSeconds(now, now + left, 'snap_expired') * 1000;
        expect(end).toBeLessThanOrEqual(now + left);
        expect(end).toBeGreaterThan(now + left - 1000);
      }),
    );
  });

  it('below a second there is none', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), fc.integer({ min: -1_000_000, max: 999 }), (now, left) => {
        expect(() => linkSeconds(now, now + left, 'upload_expired')).toThrow('upload_expired');
      }),
    );
  });
});
