import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Log, Metrics } from '../../platform/observability/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import { labelOfObject, MORTAL_PREFIXES, ObjectEraser, Sweeper } from '../expiry/index.js';
import { UploadOutcomes } from './upload-outcomes.js';

const TASK = 'orphans';
/** R28 allows an hour: a worker that dies in its turn is made up for by the next. */
const EVERY_SECONDS = 30 * 60;
/** Rows without their object that one pass deals with; the next one finds the others. */
const MOST_LOST = 1000;
/** So many missing objects may be an accident. More than are there: somebody looks into the wrong bucket. */
const FEW = 10;
const NONE = { removed: 0, kept: 0 };

type Findings = Record<'objects_known' | 'objects_removed' | 'objects_kept' | 'rows_missing' | 'rows_lost', number>;

/** What one page of a listing holds, and the names between which it lies. */
interface Page {
  readonly names: readonly string[];
  readonly after: string;
  readonly upTo: string;
}

/**
 * What no row and no object knows of each other (R28, R29): objects whose row is gone, never was, or was erased before they
 * came, are removed; rows that should have an object and have none are lost, and people are told. Store and rows are walked
 * side by side in the order of names, a page at a time. Objects of an hour that is being closed are the closer's.
 */
@Injectable()
export class OrphanSweep implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly eraser: ObjectEraser,
    private readonly outcomes: UploadOutcomes,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: TASK, everySeconds: EVERY_SECONDS, run: async () => this.sweeper.record(TASK, await this.pass()) });
  }

  /** @returns what it removed, could not remove, and gave up */
  async pass(): Promise<Findings> {
    let [known, removed, kept] = [0, 0, 0];
    const missing: string[] = [];
    for (const prefix of MORTAL_PREFIXES) {
      await this.store.abortUnfinished(prefix);
      for await (const page of this.#pages(prefix)) {
        const orphans = await this.#removeUnknown(page.names);
        known += page.names.length - orphans.removed - orphans.kept;
        removed += orphans.removed;
        kept += orphans.kept;
        if (missing.length < MOST_LOST) missing.push(...(await this.#findMissing(page)));
      }
    }
    const lost = await this.#lose(missing, known);
    return { objects_known: known, objects_removed: removed, objects_kept: kept, rows_missing: missing.length, rows_lost: lost };
  }

  async *#pages(prefix: string): AsyncGenerator<Page> {
    let after = prefix;
    for (let cursor: string | undefined, isLast = false; !isLast;) {
      const { names, next } = await this.store.list(prefix, { cursor });
      isLast = next === undefined;
      const upTo = isLast ? `${prefix}~` : (names.at(-1) ?? after);
      yield { names, after, upTo };
      [after, cursor] = [upTo, next];
    }
  }

  /** @returns how many were none of ours, by whether the store let them go */
  async #removeUnknown(names: readonly string[]): Promise<{ removed: number; kept: number }> {
    const ours = names.filter((name) => labelOfObject(name) !== undefined);
    if (ours.length === 0) return NONE;
    // A row comes before its object and goes, or is marked, before it as well: asked after the listing, this is no race.
    const known = await this.database.query<{ name: string }>(
      `SELECT object_name AS name FROM mortal.uploads WHERE object_name COLLATE "C" = ANY ($1::text[]) AND state NOT IN ('rejected', 'erased')
       UNION ALL SELECT incoming_name FROM mortal.uploads WHERE incoming_name COLLATE "C" = ANY ($1::text[])`,
      [ours],
    );
    const closing = await this.database.query<{ label: string }>(
      `SELECT label FROM hours WHERE label = ANY ($1::bigint[]) AND label <= epoch_ms(flits_now()) AND state <> 'closed'`,
      [[...new Set(ours.map(labelOfObject))]],
    );
    const keep = new Set(known.map(({ name }) => name));
    const hours = new Set(closing.map(({ label }) => Number(label)));
    const orphans = ours.filter((name) => !keep.has(name) && !hours.has(labelOfObject(name) ?? 0));
    if (orphans.length === 0) return NONE;
    const kept = await this.eraser.eraseEach(orphans);
    this.metrics.orphans.inc({ direction: 'object' }, orphans.length - kept.size);
    this.log.warn({ removed: orphans.length - kept.size, kept: kept.size }, 'objects that no row knew were removed');
    return { removed: orphans.length - kept.size, kept: kept.size };
  }

  async #findMissing({ names, after, upTo }: Page): Promise<string[]> {
    const rows = await this.database.query<{ id: string; name: string }>(
      `SELECT id, object_name AS name FROM mortal.uploads
       WHERE object_name COLLATE "C" > $1 AND object_name COLLATE "C" <= $2 AND state = 'ready'
         AND from_epoch_ms(mortal_label(id)) > flits_now() AND NOT object_name = ANY ($3::text[]) LIMIT $4`,
      [after, upTo, names, MOST_LOST],
    );
    const missing: string[] = [];
    // It may have come since the page was listed.
    for (const { id, name } of rows) if (!(await this.store.head(name))) missing.push(id);
    return missing;
  }

  async #lose(ids: readonly string[], known: number): Promise<number> {
    if (ids.length === 0) return 0;
    if (ids.length > Math.max(FEW, known)) {
      this.log.error(
        { missing: ids.length, there: known },
        'most objects are missing from the store: is it the right bucket? Nothing is given up',
      );
      return 0;
    }
    for (const id of ids) await this.outcomes.missing(id);
    this.metrics.orphans.inc({ direction: 'row' }, ids.length);
    this.log.error({ lost: ids.length }, 'objects were missing from the store: their snaps are lost, and their senders are told');
    return ids.length;
  }
}
