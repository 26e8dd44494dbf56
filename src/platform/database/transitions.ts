/** Which state may follow which. States change by conditional updates alone, `WHERE state IN (statesBefore(…))`. */
export type Transitions = Readonly<Record<string, readonly string[]>>;

/** The states from which one may come to `next`. */
export function statesBefore<T extends Transitions>(table: T, next: keyof T & string): (keyof T & string)[] {
  return Object.keys(table).filter((state) => table[state]?.includes(next));
}

/** The same as an SQL list, for statements that are written once. */
export function sqlStatesBefore<T extends Transitions>(table: T, next: keyof T & string): string {
  return statesBefore(table, next)
    .map((state) => `'${state}'`)
    .join(', ');
}
