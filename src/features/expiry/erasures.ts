import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Ids } from '../../platform/ids/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import type { ErasureReason } from './erasure-owed.entity.js';

const TOGETHER_MS = 1000;

export interface Debt {
  /** End of the hour whose leaf has to wait for this, ms since the epoch. */
  readonly label: number;
  /** The snap's commitment; without one no ERASE leaf is written (an upload that was never sent). */
  readonly commitment?: Buffer;
  readonly reason: ErasureReason;
  readonly objectNames: readonly string[];
  /** Since when its bytes should be gone, where that was before now: its deadline, or the end of its last view. */
  readonly since?: Date | null;
}

/**
 * Erasure, first step: whoever marks something erased writes, in the same transaction, what is still owed. Reads refuse from
 * that commit on; the worker settles the debt (erasure-settler.ts). Table `erasures_owed`, outside `mortal`.
 */
@Injectable()
export class Erasures {
  constructor(
    private readonly ids: Ids,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
  ) {}

  /** Any number at once: an account's whole past may be owed in one transaction. */
  async owe(tx: Transaction, ...debts: readonly Debt[]): Promise<void> {
    if (debts.length === 0) return;
    const owed = debts.map(({ label, commitment, reason, objectNames, since }) => ({
      id: this.ids.lasting(),
      label,
      commitment: commitment?.toString('hex') ?? null,
      reason,
      object_names: objectNames,
      since: since ?? null,
    }));
    await tx.query(
      `INSERT INTO erasures_owed (id, label, commitment, reason, object_names, owed_at, next_attempt_at)
       SELECT o.id, o.label, decode(o.commitment, 'hex'), o.reason, o.object_names, least(o.since, now), now
       FROM flits_now() AS now, json_to_recordset($1) AS o(id uuid, label bigint, commitment text, reason text, object_names text[], since timestamptz)`,
      [JSON.stringify(owed)],
    );
    const [first] = owed;
    if (first) tx.afterCommit(() => this.#announce(first.id));
  }

  /** One job at the end of each second in which something was owed, not one a debt: thousands may fall due at once. */
  #announce(erasureId: string): void {
    const at = Math.floor(this.clock.now() / TOGETHER_MS + 1) * TOGETHER_MS;
    void this.queue.add('erasure.settle', { erasureId }, { key: `erasures-${at}`, at });
  }
}
