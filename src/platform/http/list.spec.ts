import fc from 'fast-check';
import { z } from 'zod';
import { Fault } from '../faults/index.js';
import { decodeCursor, encodeCursor, listQuery, pageOf } from './list.js';

const position = z.tuple([z.int(), z.string()]);

describe('lists', () => {
  it('pages through everything once, in order, whatever the page size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 1000 }), { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (numbers, limit) => {
        const all = numbers.toSorted((a, b) => a - b);
        const seen: number[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const after = cursor === undefined ? -1 : decodeCursor(cursor, z.tuple([z.int()]))[0];
          const rows = all.filter((n) => n > after).slice(0, limit + 1);
          const page = pageOf(
            rows,
            limit,
            (n) => [n],
            (n) => n,
          );
          seen.push(...page.items);
          cursor = page.next_cursor;
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  it('reads its own cursors alone', () => {
    expect(decodeCursor(encodeCursor([5, 'a']), position)).toEqual([5, 'a']);
    for (const forged of [
      '',
      'x',
      '!!',
      encodeCursor(['a', 5]),
      encodeCursor([5]),
      encodeCursor([1e300, 'a']),
      Buffer.from('{').toString('base64url'),
    ]) {
      const error = catchFault(() => decodeCursor(forged, position));
      expect([error.code, error.extra.errors?.[0]?.pointer]).toEqual(['validation_failed', '/cursor']);
    }
  });

  it('bounds a page', () => {
    expect(listQuery.parse({})).toEqual({ limit: 50 });
    for (const limit of ['0', '101', '-1', '1.5', 'x', '', 'NaN', '1e9']) expect(listQuery.safeParse({ limit }).success).toBe(false);
  });
});

function catchFault(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
