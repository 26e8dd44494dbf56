import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import { ObjectEraser } from '../expiry/index.js';
import { CopiesLedger } from './copies-ledger.js';
import { STRAY_AFTER_MS } from './moderation.settings.js';

const BATCH = 100;

/**
 * The end of reports: object first, row and leaf once the object is listed no more. Workers run it from their sweep; several at
 * once do no harm.
 */
@Injectable()
export class ReportRetention {
  constructor(
    private readonly database: Database,
    private readonly store: ObjectStore,
    private readonly eraser: ObjectEraser,
    private readonly copies: CopiesLedger,
    private readonly clock: Clock,
  ) {}

  async eraseDue(): Promise<void> {
    for (let found = BATCH; found === BATCH;) {
      const due = await this.#claimDue();
      if (due.length === 0) return;
      // What is still there is tried again by the next sweep.
      const kept = await this.eraser.eraseEach(due.flatMap(({ object_name }) => object_name ?? []));
      await this.#forget(due.filter(({ object_name }) => !object_name || !kept.has(object_name)).map(({ id }) => id));
      found = kept.size > 0 ? 0 : due.length;
    }
  }

  /**
   * From here on their time is long past, so that no hold can keep what is being erased; one that came before has moved it, which
   * the update sees once it has the row's lock. Exactly one of the two wins.
   */
  #claimDue(): Promise<{ id: string; object_name: string | null }[]> {
    return this.database.query(
      `UPDATE reports SET keep_until = from_epoch_ms(0)
       WHERE id IN (SELECT id FROM reports WHERE keep_until <= flits_now() ORDER BY keep_until LIMIT $1) AND keep_until <= flits_now()
       RETURNING id, object_name`,
      [BATCH],
    );
  }

  /** Copies whose report was never written. */
  async eraseStrays(): Promise<void> {
    let cursor: string | undefined;
    do {
      const { names, next } = await this.store.list('reports/', { cursor });
      const old = names.filter((name) => Number(/\/(\d+)-/.exec(name)?.[1]) + STRAY_AFTER_MS <= this.clock.now());
      const rows = await this.database.query<{ object_name: string }>(
        'SELECT object_name FROM reports WHERE object_name = ANY ($1::text[])',
        [old],
      );
      const known = new Set(rows.map(({ object_name }) => object_name));
      const strays = old.filter((name) => !known.has(name));
      if (strays.length > 0) await this.eraser.eraseEach(strays);
      cursor = next;
    } while (cursor !== undefined);
  }

  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<{ commitment: Buffer | null }>('DELETE FROM reports WHERE id = ANY ($1::uuid[]) RETURNING commitment', [
        ids,
      ]);
      await this.copies.gone(
        tx,
        rows.flatMap(({ commitment }) => commitment ?? []),
      );
    });
  }
}
