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

  async owe(tx: Transaction, { label, commitment, reason, objectNames }: Debt): Promise<void> {
    const erasureId = this.ids.lasting();
    await tx.query(
      `INSERT INTO erasures_owed (id, label, commitment, reason, object_names, owed_at, next_attempt_at)
       SELECT $1, $2, $3, $4, $5, now, now FROM flits_now() AS now`,
      [erasureId, label, commitment ?? null, reason, objectNames],
    );
    tx.afterCommit(() => void this.queue.add('erasure.settle', { erasureId }, { key: `erasure-${erasureId}` }));
  }
}
