import pg, { type ClientBase } from 'pg';

/** A table that a backup holds. */
export interface LastingTable {
  /** Schema and name, quoted where SQL wants it. */
  readonly name: string;
  /** Quoted. */
  readonly columns: readonly string[];
}

/**
 * Every table but those of `mortal` (what dies is in no backup), of the queues (rows of truth re-make their jobs) and the
 * list of migrations (the backup names them in its head), ordered so that what a foreign key points at comes first.
 */
export async function lastingTables(client: ClientBase): Promise<LastingTable[]> {
  const { rows } = await client.query<{ oid: number; schema: string; name: string; columns: string[]; needs: number[] }>(`
    SELECT c.oid::int, n.nspname AS schema, c.relname AS name,
      (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
      coalesce((SELECT array_agg(f.confrelid::int) FROM pg_constraint f
                WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid), '{}') AS needs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('mortal', 'bullmq', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND NOT (n.nspname = 'public' AND c.relname = 'migrations')
    ORDER BY n.nspname, c.relname`);
  const placed = new Set<number>();
  const ordered: LastingTable[] = [];
  while (placed.size < rows.length) {
    const ready = rows.filter(({ oid, needs }) => !placed.has(oid) && needs.every((need) => placed.has(need)));
    if (ready.length === 0) throw new Error('tables point at each other in a circle: a backup could not be loaded again');
    for (const { oid, schema, name, columns } of ready) {
      placed.add(oid);
      ordered.push({ name: `${quoted(schema)}.${quoted(name)}`, columns: columns.map(quoted) });
    }
  }
  return ordered;
}

const quoted = (name: string) => pg.escapeIdentifier(name);
