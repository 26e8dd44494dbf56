import { defineStatement, type Statement } from '../../platform/database/index.js';
import type { EventType } from './event-types.js';
import type { EventSubject, PayloadSource } from './payload-source.js';

export interface PayloadRow {
  /** Which source it is of: its place in the list. */
  readonly source: number;
  readonly row: unknown;
}

interface Batch {
  readonly source: PayloadSource;
  readonly subjects: readonly EventSubject[];
}

type Key = 'refs' | 'actors';
const keys: readonly Key[] = ['refs', 'actors'];

/**
 * All sources of a process, and their statements: one for each source alone, which is what a living socket runs, and one for
 * all of them, so that a page is two statements whatever is mixed in it. Plans are generic, and a source that is asked for no
 * ids costs no row: an empty array ends its scans before they begin.
 */
export class PayloadSources {
  readonly #byType = new Map<EventType, PayloadSource>();
  readonly #alone: ReadonlyMap<PayloadSource, Statement<PayloadRow>>;
  readonly #together: Statement<PayloadRow>;

  constructor(private readonly sources: readonly PayloadSource[]) {
    for (const source of sources) for (const type of source.types) this.#take(type, source);
    this.#alone = new Map(sources.filter(hasText).map((source) => [source, defineStatement(source.name, this.#textOf([source]))]));
    this.#together = defineStatement('events.payloads', this.#textOf(sources));
  }

  of(type: EventType): PayloadSource | undefined {
    return this.#byType.get(type);
  }

  /** The one statement that reads what these subjects speak of, and its values; `undefined` where ids say everything. */
  statementFor(ownerId: string, batches: readonly Batch[]): { statement: Statement<PayloadRow>; values: unknown[] } | undefined {
    const asked = batches.filter(({ source }) => hasText(source));
    const [first] = asked;
    const alone = first && asked.length === 1 ? this.#alone.get(first.source) : undefined;
    if (!first) return undefined;
    if (alone) return { statement: alone, values: [ownerId, ...valuesOf(first.source, first.subjects)] };
    const subjects = new Map(asked.map((batch) => [batch.source, batch.subjects]));
    return {
      statement: this.#together,
      values: [ownerId, ...this.sources.flatMap((source) => valuesOf(source, subjects.get(source) ?? []))],
    };
  }

  /** @returns the rows of one source */
  rowsOf(source: PayloadSource, rows: readonly PayloadRow[]): unknown[] {
    const place = this.sources.indexOf(source);
    return rows.flatMap((row) => (row.source === place ? [row.row] : []));
  }

  #take(type: EventType, source: PayloadSource): void {
    if (this.#byType.has(type)) throw new Error(`event ${type} has two payload sources`);
    this.#byType.set(type, source);
  }

  #textOf(sources: readonly PayloadSource[]): string {
    let parameter = 1; // $1 is the person
    const parts = sources.filter(hasText).map((source) => {
      const text = keysOf(source).reduce((sql, key) => sql.replaceAll(`:${key}`, `$${(parameter += 1)}::uuid[]`), source.text);
      return `SELECT ${this.sources.indexOf(source)} AS source, to_json(x) AS row FROM (${text}) AS x`;
    });
    return parts.join('\nUNION ALL\n');
  }
}

function hasText(source: PayloadSource): source is PayloadSource & { readonly text: string } {
  return source.text !== undefined;
}

function keysOf({ text = '' }: PayloadSource): Key[] {
  return keys.filter((key) => text.includes(`:${key}`));
}

function valuesOf(source: PayloadSource, subjects: readonly EventSubject[]): string[][] {
  const ids = { refs: subjects.map(({ ref }) => ref), actors: subjects.flatMap(({ actor }) => actor ?? []) };
  return keysOf(source).map((key) => [...new Set(ids[key])].sort());
}
