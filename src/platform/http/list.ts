import { z } from 'zod';
import { Fault } from '../faults/index.js';
import { uuid } from './text.js';

export const MAX_PAGE = 100;
const MAX_TIME_MS = 8.64e15; // ECMA-262: the latest Date

/** The query of every list: `?limit=&cursor=`. */
export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  cursor: z.string().max(400).optional(),
});
export type ListQuery = z.infer<typeof listQuery>;

/** The answer of every list. `next_cursor` is null on the last page. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** The position of lists ordered by a time, ms since the epoch, and an id. */
export const timePosition = z.tuple([z.int().min(0).max(MAX_TIME_MS), uuid]);

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** A position in a list, opaque to clients: it says where to go on and grants nothing. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws Fault `validation_failed` for anything that is not a cursor of this list */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new Fault('validation_failed', 'The cursor is not one of this list.', {
      errors: [{ pointer: '/cursor', code: 'wrong_format', message: 'must be a next_cursor of this list' }],
    });
  }
}

/**
 * @param rows one more than `limit`, where there are more
 * @param position what the next page goes on after
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => (string | number)[],
  item: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(item), next_cursor: last === undefined ? null : encodeCursor(position(last)) };
}
