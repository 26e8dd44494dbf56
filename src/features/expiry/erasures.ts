import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import type { ErasureReason } from './erasure-owed.entity.js';

export interface Debt {
  /** End of the hour whose leaf has to wait for this, ms since the epoch. */
  readonly label: number;
  /** The snap's commitment; without one no ERASE leaf is written (an upload that was never sent). */
  readonly commitment?: Buffer;
  readonly reason: ErasureReason;
  readonly objectNames: readonly string[];
}

/** Beyond this the sweep, which comes every 15 s and takes whole pages, is quicker than the queue. */
const MOST_JOBS = 100;

/**
 * Erasure, first step: whoever marks something erased writes, in the same transaction, what is still owed. Reads refuse from
 * that commit on; the worker settles the debt (erasure-settler.ts). Table `erasures_owed`, outside `mortal`.
 */
@Injectable()
export class Erasures {
  constructor(
    private readonly ids: Ids,
    private readonly queue: JobQueue,
  ) {}

  /** Any number at once: an account's whole past may be owed in one transaction. */
  async owe(tx: Transaction, ...debts: readonly Debt[]): Promise<void> {
    if (debts.length === 0) return;
    const owed = debts.map(({ label, commitment, reason, objectNames }) => ({
      id: this.ids.lasting(),
      label,
      commitment: commitment?.toString('hex') ?? null,
      reason,
      object_names: objectNames,
    }));
    await tx.query(
      `INSERT INTO erasures_owed (id, label, commitment, reason, object_names, owed_at, next_attempt_at)
       SELECT o.id, o.label, decode(o.commitment, 'hex'), o.reason, o.object_names, now, now
       FROM flits_now() AS now, json_to_recordset($1) AS o(id uuid, label bigint, commitment text, reason text, object_names text[])`,
      [JSON.stringify(owed)],
    );
    tx.afterCommit(() => {
      for (const { id } of owed.slice(0, MOST_JOBS)) void this.queue.add('erasure.settle', { erasureId: id }, { key: `erasure-${id}` });
    });
  }
}
