import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { deriveKey, hmac, sameBytes } from './keyed.js';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('deriveKey', () => {
  it('is HKDF-SHA-256: RFC 5869 A.3 (no salt, no info)', () => {
    expect(deriveKey(hex('0b'.repeat(22)), '', 42).toString('hex')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('gives each purpose a key of its own, and the same one each time', () => {
    const master = Buffer.alloc(32, 7);
    expect(deriveKey(master, 'one')).toHaveLength(32);
    expect(deriveKey(master, 'one')).toEqual(deriveKey(master, 'one'));
    expect(deriveKey(master, 'one').equals(deriveKey(master, 'two'))).toBe(false);
    expect(deriveKey(Buffer.alloc(32, 8), 'one').equals(deriveKey(master, 'one'))).toBe(false);
  });
});

describe('hmac', () => {
  const key = Buffer.alloc(32, 1);

  it('is HMAC-SHA-256 over parts behind their lengths', () => {
    const expected = createHmac('sha256', key).update(hex('0000000261620000000163')).digest();
    expect(hmac(key, 'ab', Buffer.from('c'))).toEqual(expected);
  });

  it('two lists of parts agree only if they are the same list', () => {
    const parts = fc.array(fc.string({ maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (one, two) => {
        const same = one.length === two.length && one.every((part, index) => part === two[index]);
        expect(hmac(key, ...one).equals(hmac(key, ...two))).toBe(same);
      }),
      {
        examples: [
          [
            ['ab', 'c'],
            ['a', 'bc'],
          ],
          [['a', ''], ['a']],
          [
            ['', 'a'],
            ['a', ''],
          ],
        ],
      },
    );
  });
});

describe('R62: sameBytes', () => {
  it('agrees with plain equality for any two', () => {
    const bytes = fc.uint8Array({ maxLength: 4 });
    fc.assert(fc.property(bytes, bytes, (a, b) => expect(sameBytes(a, b)).toBe(Buffer.from(a).equals(b))));
    fc.assert(fc.property(bytes, (a) => expect(sameBytes(a, Uint8Array.from(a))).toBe(true)));
  });
});
