/**
 * A hot statement, prepared by name on each connection: one round trip, autocommit unless it has a `lock`. All of them are listed in
 * contract/queries/, so that a change to a text or a plan is seen in review.
 */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /**
   * Taken first, in a transaction around both: a statement that locks the rows which this one writes, with the first of its
   * values. So that this one never waits for a row: where it does, and then writes partitioned tables in another part of the
   * same statement, PostgreSQL 18.4 crashes (it sets up the whole plan a second time to look at the row's new version).
   */
  readonly lock?: { readonly name: string; readonly text: string; readonly values: number };
  /** Never set: carries the row type. */
  readonly row?: Row;
}

const all = new Map<string, Statement<unknown>>();

/** @param name `feature.what`, unique in the process */
export function defineStatement<Row>(name: string, text: string, lock?: Statement<Row>['lock']): Statement<Row> {
  for (const one of [name, ...(lock ? [lock.name] : [])]) {
    if (all.has(one)) throw new Error(`statement ${one} is defined twice`);
  }
  const statement: Statement<Row> = { name, text, lock };
  if (lock) all.set(lock.name, { name: lock.name, text: lock.text });
  all.set(name, statement);
  return statement;
}

export function allStatements(): Statement<unknown>[] {
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}
