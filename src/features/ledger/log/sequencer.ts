import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../../platform/database/index.js';
import { Hours } from '../../../platform/ids/index.js';
import { crashPoint } from '../../../platform/observability/index.js';
import { LogKey } from '../log-key.js';
import { subjectOf } from '../leaves.js';
import { checkpointText, join, signNote } from '../tree/index.js';
import { FORK, LogArchive, type Batch } from './log-archive.js';
import { lastCut } from './log-cut.js';
import { LogTables } from './log-tables.js';

/** Leaves of one transaction and one object; a larger bucket becomes several, each a random choice of what is left. */
const MAX_BATCH = 10_000;
/** Longer than any transaction lives: rows older than this before a finished cut are settled. */
const SETTLED_AFTER_MS = 3_600_000;

/**
 * Brings leaves from the outbox into the log, once a bucket, in random order.
 *
 * Three steps, each of which may be repeated and run by several workers at once:
 * 1. positions: one transaction under an advisory lock, from then on fixed;
 * 2. the same leaves to the object store, where they are compared with what may already be there;
 * 3. the signed head, served from then on.
 * What was begun is finished before anything new begins, and what the store has beyond the database is taken up before
 * that: the same positions get the same leaves, whatever dies in between, a restored database included. An outbox row is
 * done when a leaf names it; none is passed over because a younger one was faster.
 */
@Injectable()
export class Sequencer {
  #tail: Promise<void> = Promise.resolve();
  /** The last cut this process finished; rows long before it need not be looked at again. */
  #finishedCut = Infinity;

  constructor(
    private readonly database: Database,
    private readonly tables: LogTables,
    private readonly archive: LogArchive,
    private readonly key: LogKey,
    private readonly hours: Hours,
  ) {}

  /** Publishes what is due. Calls in one process queue up: each sees everything until its own beginning. */
  run(): Promise<void> {
    const turn = this.#tail.then(() => this.#run());
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /**
   * After a restore, before anyone is served: takes up everything that the store has beyond this database, and publishes
   * nothing new. @returns the size of the log
   */
  async catchUp(): Promise<number> {
    for (;;) {
      const { assigned, published } = await this.tables.progress();
      if (assigned > (published ?? 0)) {
        await this.#publish(published ?? 0, assigned);
        continue;
      }
      const ahead = await this.archive.read(assigned);
      if (!ahead) return assigned;
      await this.#catchUp(ahead);
    }
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  async #run(): Promise<void> {
    for (;;) {
      const { assigned, published } = await this.tables.progress();
      if (assigned > (published ?? 0)) {
        await this.#publish(published ?? 0, assigned);
        continue;
      }
      const ahead = await this.archive.read(assigned);
      if (ahead) await this.#catchUp(ahead);
      else if (published === undefined) await this.#sign(0);
      else if (!(await this.#assign(assigned))) return;
    }
  }

  /** Steps 2 and 3. */
  async #publish(start: number, end: number): Promise<void> {
    const leaves = await this.tables.leaves(start, end);
    await this.archive.write({ start, leaves, root: join(await this.tables.edge(end)) });
    crashPoint('after_log_written');
    await this.#sign(end);
  }

  async #sign(size: number): Promise<void> {
    const text = checkpointText(this.key.origin, size, join(await this.tables.edge(size)));
    await this.tables.publish(size, signNote(text, this.key));
  }

  /** Step 1. @returns whether there may be more to do */
  async #assign(expected: number): Promise<boolean> {
    const isMore = await this.#underLock(expected, async (tx) => {
      const [time] = await tx.query<{ now: string }>('SELECT epoch_ms(flits_now()) AS now');
      const cut = lastCut(this.hours, Number(time?.now));
      const done = await tx.query('SELECT 1 FROM log_cuts WHERE cut = $1', [cut]);
      if (done.length > 0) return false;
      const leaves = await this.#pending(tx, cut);
      if (leaves.length < MAX_BATCH) await tx.query('INSERT INTO log_cuts (cut) VALUES ($1)', [cut]);
      if (leaves.length > 0) await this.tables.append(tx, expected, leaves);
      if (leaves.length < MAX_BATCH) tx.afterCommit(() => (this.#finishedCut = cut));
      return leaves.length > 0;
    });
    if (isMore) crashPoint('after_log_assigned');
    return isMore;
  }

  /** What the store has beyond this database, which was restored: the rows it lost are written again, and nothing twice. */
  async #catchUp({ start, leaves, root }: Batch): Promise<void> {
    await this.#underLock(start, async (tx) => {
      await tx.query('INSERT INTO ledger_outbox (subject, leaf) SELECT * FROM unnest($1::bytea[], $2::text[]) ON CONFLICT DO NOTHING', [
        leaves.map(subjectOf),
        leaves,
      ]);
      const edge = await this.tables.append(tx, start, leaves);
      if (!join(edge).equals(root))
        throw new Error(`the object store's leaves do not continue this database's at position ${start}: ${FORK}`);
      return true;
    });
  }

  /** Leaves without a position, written before the cut; shuffled by 122 bits of PostgreSQL's strong randomness each. */
  async #pending(tx: Transaction, cut: number): Promise<string[]> {
    // A cut before the last one means that the database's clock went back: look at everything.
    const since = cut > this.#finishedCut ? this.#finishedCut - SETTLED_AFTER_MS : 0;
    const rows = await tx.query<{ leaf: string }>(
      `SELECT o.leaf FROM ledger_outbox o
       WHERE o.written_at >= from_epoch_ms($1) AND o.written_at < from_epoch_ms($2)
         AND NOT EXISTS (SELECT 1 FROM log_leaves l WHERE l.outbox_id = o.id)
       ORDER BY gen_random_uuid() LIMIT ${MAX_BATCH}`,
      [since, cut],
    );
    return rows.map(({ leaf }) => leaf);
  }

  /** Somebody else may have been faster: then there is nothing to do but to look again. */
  #underLock(expected: number, work: (tx: Transaction) => Promise<boolean>): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('flits log'))`);
      const { assigned } = await this.tables.progress(tx);
      return assigned === expected ? work(tx) : true;
    });
  }
}
