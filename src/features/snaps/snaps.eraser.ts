import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { Erasures, type ErasureReason } from '../expiry/index.js';
import { commit } from '../ledger/index.js';
import { eraseUpload } from '../media/index.js';
import { SnapEntity } from './snap.entity.js';
import type { DeliveryState } from './snap.states.js';

const UNOPENED: readonly DeliveryState[] = ['accepted', 'delivered'];
const EVERYONE: readonly DeliveryState[] = [...UNOPENED, 'opened', 'replayed', 'screenshot'];

/** Whom to tell that a snap is gone: a running viewer is closed at once, except where the time itself ran out. */
const TOLD: Partial<Record<ErasureReason, readonly DeliveryState[]>> = {
  unsent: EVERYONE,
  moderated: EVERYONE,
  account_ended: EVERYONE,
  lost: UNOPENED,
};

/** Marks a snap erased, for whatever reason, in one transaction: from its commit on every read refuses. */
@Injectable()
export class SnapsEraser {
  constructor(
    private readonly erasures: Erasures,
    private readonly events: EventLog,
    private readonly hours: Hours,
  ) {}

  /**
   * Locks upload and snap, in that order; the same order as a send's.
   * @returns the living snap, or `undefined` where there is none
   */
  async lock(tx: Transaction, snapId: string): Promise<SnapEntity | undefined> {
    const [found] = await tx.query<{ upload_id: string | null }>('SELECT upload_id FROM mortal.snaps WHERE id = $1', [snapId]);
    if (!found) return undefined;
    if (found.upload_id) await tx.query('SELECT 1 FROM mortal.uploads WHERE id = $1 FOR UPDATE', [found.upload_id]);
    const snap = await tx.manager.findOne(SnapEntity, { where: { id: snapId }, lock: { mode: 'pessimistic_write' } });
    return snap && snap.state !== 'erased' ? snap : undefined;
  }

  /** Step 1 and 2 of an erasure: marked, key gone, debt written. `snap` must be locked by `lock` in this transaction. */
  async erase(tx: Transaction, snap: SnapEntity, reason: ErasureReason): Promise<void> {
    await tx.query(
      `UPDATE mortal.snaps SET state = 'erased', reason = $2, words = NULL, words_key = NULL, due_at = NULL, unspread = NULL, salt = '' WHERE id = $1`,
      [snap.id, reason],
    );
    const deliveries = await tx.query<{ recipient_id: string; before: DeliveryState; is_ended: boolean }>(
      `UPDATE mortal.deliveries d SET state = CASE WHEN d.state IN ('waiting', 'accepted', 'delivered') THEN 'withdrawn' ELSE d.state END
       FROM (SELECT recipient_id, state FROM mortal.deliveries WHERE snap_id = $1 FOR UPDATE) AS old
       WHERE d.snap_id = $1 AND d.recipient_id = old.recipient_id
       RETURNING d.recipient_id, old.state AS before, d.ended_at IS NOT NULL AS is_ended`,
      [snap.id],
    );
    const objectNames = snap.uploadId ? await eraseUpload(tx, snap.uploadId) : [];
    const label = this.hours.ownLabelOf(snap.id);
    await this.erasures.owe(tx, { label, commitment: commit(snap.salt, snap.id), reason, objectNames });
    // Whoever never saw it, or whose relation ended, hears nothing of it now.
    const told = deliveries.filter(({ before, is_ended }) => !is_ended && TOLD[reason]?.includes(before));
    this.events.append(
      tx,
      told.map((delivery) => ({ ownerId: delivery.recipient_id, type: 'snap.withdrawn', ref: snap.id })),
    );
    // Its upload was never ready: acknowledged, and nobody could see it.
    if (snap.state === 'waiting' && reason === 'expired') {
      this.events.append(tx, [{ ownerId: snap.senderId, type: 'snap.failed', ref: snap.id }]);
    }
    tx.afterCommit(() => crashPoint('after_erasure_owed'));
  }
}
