/*
 * Of `id = ANY ($1)` PostgreSQL rules out no partition, however few ids there are; of a range it does, before the statement begins.
 * So ids come in order, and statements say both.
 */

/**
 * SQL: whether a mortal id lies between the least and the greatest of many.
 * @param ids SQL of a `uuid[]` in order: a parameter, no sub-select
 */
export const isWithin = (column: string, ids: string): string => `${column} BETWEEN (${ids})[1] AND (${ids})[cardinality(${ids})]`;

/** SQL: whether a mortal id is one of many. @param ids as of `isWithin` */
export const isAmong = (column: string, ids: string): string => `${isWithin(column, ids)} AND ${column} = ANY (${ids})`;
