import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { crashPoint, Log, Metrics } from '../../platform/observability/index.js';
import { Ledger, reasonClasses, type ReasonClass } from '../ledger/index.js';
import { ErasureOwedEntity } from './erasure-owed.entity.js';
import { ObjectEraser } from './object-eraser.js';

const PAGE = 200;

/**
 * Erasure, the other steps: objects deleted, absence seen by listing, ERASE leaf, debt struck off, in this order. Every step
 * may be repeated, by any number of workers at once; the leaf is unique by its commitment.
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
      const due = await this.database.query<{ id: string }>(
        'SELECT id FROM erasures_owed WHERE next_attempt_at <= (SELECT flits_now()) ORDER BY next_attempt_at LIMIT $1',
        [PAGE],
      );
      let settled = 0;
      for (const { id } of due) {
        const isSettled = await this.settle(id).then(
          () => true,
          (error: unknown) => this.#stillOwed(id, error),
        );
        if (isSettled) settled += 1;
        else if (settled === 0) return;
      }
      if (due.length < PAGE) return;
    }
  }

  /** All that an hour waits for. @throws what stood in the way of the first that could not be settled */
  async settleFor(label: number): Promise<void> {
    const owed = await this.database.query<{ id: string }>('SELECT id FROM erasures_owed WHERE label = $1', [label]);
    for (const { id } of owed) await this.settle(id);
  }

  async settle(id: string): Promise<void> {
    const debt = await this.database.manager.findOneBy(ErasureOwedEntity, { id });
    if (!debt) return;
    try {
      await this.eraser.erase(debt.objectNames);
    } catch (error) {
      await this.database.query(
        `UPDATE erasures_owed SET attempts = attempts + 1, next_attempt_at = flits_now() + least(300, 5 * 2 ^ least(attempts, 6)) * interval '1 second'
         WHERE id = $1`,
        [id],
      );
      throw error;
    }
    crashPoint('after_objects_deleted');
    await this.database.transaction(async (tx) => {
      if (debt.commitment && isReasonClass(debt.reason)) {
        await this.ledger.erased(tx, debt.commitment, debt.reason, this.hours.ceil(this.clock.now()));
      }
      await tx.query('DELETE FROM erasures_owed WHERE id = $1', [id]);
    });
    this.metrics.purgeLag.observe((this.clock.now() - debt.owedAt.getTime()) / 1000);
  }

  #stillOwed(id: string, error: unknown): false {
    this.log.error({ err: error, erasure_id: id }, 'an erasure is still owed');
    return false;
  }
}

function isReasonClass(reason: string): reason is ReasonClass {
  return (reasonClasses as readonly string[]).includes(reason);
}
