import fc from 'fast-check';
import { leastId, makeMortalId, MORTAL_ID_RANDOM_BYTES, readLabel } from './mortal-id.js';

const label = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: MORTAL_ID_RANDOM_BYTES, maxLength: MORTAL_ID_RANDOM_BYTES });
const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

describe('mortal ids', () => {
  it('carry their label, and give it back', () => {
    fc.assert(
      fc.property(label, random, (value, bytes) => expect(readLabel(makeMortalId(value, bytes))).toBe(value)),
      {
        examples: [
          [0, new Uint8Array(10)],
          [2 ** 48 - 1, new Uint8Array(10).fill(255)],
        ],
      },
    );
  });

  it('are UUIDs of version 8 and variant 10 (RFC 9562 §5.8)', () => {
    fc.assert(
      fc.property(label, random, (value, bytes) => {
        const id = makeMortalId(value, bytes);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(bytesOf(id).readUInt8(6) >> 4).toBe(8);
        expect(bytesOf(id).readUInt8(8) >> 6).toBe(0b10);
      }),
    );
  });

  it('R8: keep 74 random bits as they were given', () => {
    fc.assert(
      fc.property(label, random, (value, bytes) => {
        const kept = Buffer.from(bytesOf(makeMortalId(value, bytes)).subarray(6));
        const given = Buffer.from(bytes);
        for (const buffer of [kept, given]) {
          buffer.writeUInt8(buffer.readUInt8(0) & 0x0f, 0);
          buffer.writeUInt8(buffer.readUInt8(2) & 0x3f, 2);
        }
        expect(kept).toEqual(given);
      }),
    );
  });

  it('leave what they were given untouched', () => {
    const bytes = new Uint8Array(10).fill(0xff);
    makeMortalId(0, bytes);
    expect(bytes).toEqual(new Uint8Array(10).fill(0xff));
  });

  it('sort by label, as text and as bytes', () => {
    fc.assert(
      fc.property(label, label, random, random, (one, two, a, b) => {
        fc.pre(one !== two);
        const [first, second] = [makeMortalId(one, a), makeMortalId(two, b)];
        expect(first < second).toBe(one < two);
        expect(Buffer.compare(bytesOf(first), bytesOf(second)) < 0).toBe(one < two);
      }),
    );
  });

  it('leastId bounds exactly the ids of its label', () => {
    fc.assert(
      fc.property(label, random, (value, bytes) => {
        const id = makeMortalId(value, bytes);
        expect(leastId(value) < id).toBe(true);
        expect(Buffer.compare(bytesOf(leastId(value)), bytesOf(id))).toBe(-1);
        if (value < 2 ** 48 - 1) expect(id < leastId(value + 1)).toBe(true);
        if (value > 0) expect(id > leastId(value - 1)).toBe(true);
      }),
      { examples: [[1_700_000_000_000, new Uint8Array(10)]] },
    );
  });

  it('leastId is itself no mortal id', () => {
    expect(readLabel(leastId(1_700_000_000_000))).toBeUndefined();
  });

  it.each([-1, 0.5, 2 ** 48, Number.NaN, Infinity])('a label of %p is refused', (value) => {
    expect(() => makeMortalId(value, new Uint8Array(10))).toThrow(RangeError);
  });

  it.each([0, 9, 11])('%i random bytes are refused', (length) => {
    expect(() => makeMortalId(0, new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('readLabel', () => {
  it('reads nothing from other versions and variants', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7] }), (id) => {
        expect(readLabel(id)).toBeUndefined();
      }),
    );
    for (const variant of '01234567cdef') expect(readLabel(`018bcfe5-6800-8000-${variant}000-000000000000`)).toBeUndefined();
  });

  it('reads nothing from anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(readLabel(text)).toBeUndefined()));
    const id = makeMortalId(1_700_000_000_000, new Uint8Array(10));
    for (const other of [id.toUpperCase(), ` ${id}`, `${id}\n`, `{${id}}`, id.replaceAll('-', ''), `urn:uuid:${id}`, '']) {
      expect(readLabel(other)).toBeUndefined();
    }
  });
});
