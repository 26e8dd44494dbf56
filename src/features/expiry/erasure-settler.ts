import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { crashPoint, Log, Metrics } from '../../platform/observability/index.js';
import { ObjectStoreError } from '../../platform/storage/index.js';
import { Ledger, reasonClasses, type ReasonClass } from '../ledger/index.js';
import type { ErasureReason } from './erasure-owed.entity.js';
import { ObjectEraser } from './object-eraser.js';

const PAGE = 500;

interface Debt {
  readonly id: string;
  readonly commitment: Buffer | null;
  readonly reason: ErasureReason;
  readonly object_names: string[];
  readonly owed_at: Date;
}

/**
 * Erasure, the other steps: objects deleted, absence seen by listing, ERASE leaf, debt struck off, in this order, for as many
 * debts at a time as there are: thousands may fall due at once. Every step may be repeated, by any number of workers at once;
 * a leaf is unique by its commitment.
 */
@Injectable()
export class ErasureSettler {
  constructor(
    private readonly database: Database,
    private readonly eraser: ObjectEraser,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** Everything owed whose time for another attempt has come. Stops at a page in which nothing went: the store is away. */
  async settleDue(): Promise<void> {
    for (;;) {
      const due = await this.#read('next_attempt_at <= (SELECT flits_now()) ORDER BY next_attempt_at', []);
      const { settled } = await this.#settle(due);
      if (due.length < PAGE || settled === 0) return;
    }
  }

  /** All that an hour waits for. @throws ObjectStoreError where something of it could not be settled */
  async settleFor(label: number): Promise<void> {
    for (;;) {
      const owed = await this.#read('label = $1', [label]);
      const { reason } = await this.#settle(owed);
      if (reason !== undefined) throw new ObjectStoreError('erase', reason);
      if (owed.length < PAGE) return;
    }
  }

  #read(which: string, values: readonly unknown[]): Promise<Debt[]> {
    return this.database.query<Debt>(
      `SELECT id, commitment, reason, object_names, owed_at FROM erasures_owed WHERE ${which} LIMIT ${PAGE}`,
      values,
    );
  }

  /** @returns how many were settled, and why one was not */
  async #settle(debts: readonly Debt[]): Promise<{ settled: number; reason?: string }> {
    if (debts.length === 0) return { settled: 0 };
    const kept = await this.#erase(debts.flatMap(({ object_names }) => object_names));
    crashPoint('after_absence_seen');
    const stillOwed = debts.filter(({ object_names }) => object_names.some((name) => kept.has(name)));
    await this.#strikeOff(debts.filter((debt) => !stillOwed.includes(debt)));
    if (stillOwed.length > 0) await this.#putOff(stillOwed, kept);
    return { settled: debts.length - stillOwed.length, reason: kept.values().next().value };
  }

  /** A store that does not answer at all has kept everything. */
  async #erase(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.eraser.eraseEach(names);
    } catch (error) {
      const reason = error instanceof ObjectStoreError ? error.reason : 'Unknown';
      this.log.error({ err: error }, 'objects could not be erased');
      return new Map(names.map((name) => [name, reason]));
    }
  }

  async #strikeOff(debts: readonly Debt[]): Promise<void> {
    if (debts.length === 0) return;
    const hour = this.hours.ceil(this.clock.now());
    await this.database.transaction(async (tx) => {
      const erasures = debts.flatMap(({ commitment, reason }) => (commitment && isReasonClass(reason) ? [{ commitment, reason }] : []));
      await this.ledger.erased(tx, erasures, hour);
      crashPoint('after_erase_leaf');
      await tx.query('DELETE FROM erasures_owed WHERE id = ANY ($1::uuid[])', [debts.map(({ id }) => id)]);
    });
    crashPoint('after_debt_settled');
    const now = this.clock.now();
    for (const { owed_at } of debts) this.metrics.purgeLag.observe((now - owed_at.getTime()) / 1000);
  }

  async #putOff(debts: readonly Debt[], kept: ReadonlyMap<string, string>): Promise<void> {
    const reasons = [...new Set(kept.values())];
    this.log.error({ erasures: debts.length, reasons }, 'erasures are still owed');
    await this.database.query(
      `UPDATE erasures_owed SET attempts = attempts + 1, last_error = o.reason,
              next_attempt_at = flits_now() + least(300, 5 * 2 ^ least(attempts, 6)) * interval '1 second'
       FROM json_to_recordset($1) AS o(id uuid, reason text) WHERE erasures_owed.id = o.id`,
      [JSON.stringify(debts.map(({ id, object_names: names }) => ({ id, reason: names.map((name) => kept.get(name)).find(Boolean) })))],
    );
  }
}

function isReasonClass(reason: string): reason is ReasonClass {
  return (reasonClasses as readonly string[]).includes(reason);
}
