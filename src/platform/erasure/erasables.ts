import type { Database } from '../database/index.js';
import type { DeletionRule, Erasable, ErasableTable } from './erasable.js';

/** A column as the database has it, of a table or of a partitioned table. */
export interface FoundColumn {
  /** `schema.table` */
  readonly table: string;
  readonly column: string;
  /** Whether its table is cut by label into hours. */
  readonly isHourly: boolean;
}

/** All declarations together. Immutable; made once a process. */
export class Erasables {
  constructor(readonly all: readonly Erasable[]) {}

  /** The rule by which an object goes; `undefined` where nobody owns such a name. */
  ruleOfObject(store: 'media' | 'vault', name: string): DeletionRule | undefined {
    return this.all.flatMap(({ objects = [] }) => objects).find((owned) => owned.store === store && owned.names.test(name))?.rule;
  }

  ruleOfRedisKey(key: string): DeletionRule | undefined {
    return this.all.flatMap(({ redisKeys = [] }) => redisKeys).find(({ keys }) => keys.test(key))?.rule;
  }

  /** @returns everything that has no owner or no sound rule, in words; empty where all is well */
  faults(found: readonly FoundColumn[]): string[] {
    const owned = this.all.flatMap(({ owner, tables = {} }) => Object.entries(tables).map(([name, table]) => ({ owner, name, table })));
    const there = new Map<string, FoundColumn[]>();
    for (const column of found) there.set(column.table, [...(there.get(column.table) ?? []), column]);
    const faults = [...there.keys()].flatMap((name) => {
      const owners = owned.filter((candidate) => candidate.name === name);
      if (owners.length === 1) return [];
      return [
        owners.length === 0
          ? `table ${name} has no owner`
          : `table ${name} has several owners: ${owners.map(({ owner }) => owner).join(', ')}`,
      ];
    });
    for (const { owner, name, table } of owned) {
      const columns = there.get(name);
      faults.push(...(columns ? columnFaults(name, table, columns) : [`${owner} declares table ${name}, which is not there`]));
    }
    return faults;
  }
}

function columnFaults(name: string, { personal, plain, rule }: ErasableTable, columns: readonly FoundColumn[]): string[] {
  const declared = [...personal, ...plain];
  const there = columns.map(({ column }) => column);
  const faults = [
    ...there.filter((column) => !declared.includes(column)).map((column) => `column ${name}.${column} is not declared: is it personal?`),
    ...declared.filter((column) => !there.includes(column)).map((column) => `column ${name}.${column} is declared and not there`),
    ...declared.filter((column, at) => declared.indexOf(column) !== at).map((column) => `column ${name}.${column} is declared twice`),
  ];
  if (rule.goes === 'never' && personal.length > 0) faults.push(`table ${name} is kept for good and personal: ${personal.join(', ')}`);
  const isHourly = columns.some((column) => column.isHourly);
  if (isHourly !== (rule.goes === 'with its hour')) {
    faults.push(
      isHourly ? `table ${name} is cut into hours, its rule says otherwise` : `table ${name} goes with its hour and is not cut by it`,
    );
  }
  return faults;
}

/** What there is: every table of ours, partitions left out. BullMQ's schema belongs to `queue` as a whole. */
export async function readColumns(database: Pick<Database, 'query'>): Promise<FoundColumn[]> {
  return database.query<FoundColumn>(`
    SELECT n.nspname || '.' || c.relname AS table, a.attname AS column,
           coalesce(c.relname IN (SELECT label_tables()) AND n.nspname = 'mortal', false) AS "isHourly"
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'bullmq')
      AND n.nspname NOT LIKE 'pg\\_temp%'
      -- A partition on its way out is detached before it is dropped.
      AND NOT (n.nspname = 'mortal' AND c.relname ~ '_[0-9]+$')
    ORDER BY 1, a.attnum`);
}

/** @throws Error naming everything that nobody owns */
export async function checkErasables(database: Pick<Database, 'query'>, erasables: Erasables): Promise<void> {
  const faults = erasables.faults(await readColumns(database));
  if (faults.length > 0) {
    throw new Error(
      `Data that nobody says how to erase:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nDeclare it in a *.erasable.ts.`,
    );
  }
}
