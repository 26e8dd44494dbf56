/**
 * A hot statement: one autocommit round trip, prepared by name on each connection. All of them are listed in
 * contract/queries/, so that a change to a text or a plan is seen in review.
 */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Never set: carries the row type. */
  readonly row?: Row;
}

const all = new Map<string, Statement<unknown>>();

/** @param name `feature.what`, unique in the process */
export function defineStatement<Row>(name: string, text: string): Statement<Row> {
  if (all.has(name)) throw new Error(`statement ${name} is defined twice`);
  const statement: Statement<Row> = { name, text };
  all.set(name, statement);
  return statement;
}

export function allStatements(): Statement<unknown>[] {
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}
