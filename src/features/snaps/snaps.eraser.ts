import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { sqlStatesBefore, type Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { EventLog } from '../events/index.js';
import { Erasures, type ErasureReason } from '../expiry/index.js';
import { commit } from '../ledger/index.js';
import { eraseUploads } from '../media/index.js';
import { SnapEntity } from './snap.entity.js';
import { deliveryTransitions, type DeliveryState } from './snap.states.js';

const UNOPENED: readonly DeliveryState[] = ['accepted', 'delivered'];
const EVERYONE: readonly DeliveryState[] = [...UNOPENED, 'opened', 'replayed', 'screenshot'];

/** Whom to tell that a snap is gone: a running viewer is closed at once, except where the time itself ran out. */
const TOLD: Partial<Record<ErasureReason, readonly DeliveryState[]>> = {
  unsent: EVERYONE,
  moderated: EVERYONE,
  account_ended: EVERYONE,
  lost: UNOPENED,
};

/** Reasons that were foreseen: what is owed counts from the time that was set for it. */
const DUE: readonly ErasureReason[] = ['expired', 'opened'];

/** Marks snaps erased, for whatever reason, in one transaction: from its commit on every read refuses. */
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

  /** Locks many, uploads first, each kind in the order of its ids. @returns those that live */
  async lockAll(tx: Transaction, snapIds: readonly string[]): Promise<SnapEntity[]> {
    await tx.query(
      `SELECT 1 FROM mortal.uploads WHERE id IN (SELECT upload_id FROM mortal.snaps WHERE id = ANY ($1::uuid[])) ORDER BY id FOR UPDATE`,
      [snapIds],
    );
    return tx.manager.find(SnapEntity, {
      where: { id: In([...snapIds]), state: Not('erased') },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Step 1 and 2 of an erasure: marked, keys gone, debts written. `snaps` must be locked by `lock` or `lockAll` in this transaction. */
  async erase(tx: Transaction, snaps: SnapEntity | readonly SnapEntity[], reason: ErasureReason): Promise<void> {
    const all = snaps instanceof SnapEntity ? [snaps] : snaps;
    if (all.length === 0) return;
    const ids = all.map(({ id }) => id);
    await tx.query(
      `UPDATE mortal.snaps SET state = 'erased', reason = $2, words = NULL, words_key = NULL, due_at = NULL, unspread = NULL, salt = ''
       WHERE id = ANY ($1::uuid[])`,
      [ids, reason],
    );
    const deliveries = await tx.query<{ snap_id: string; recipient_id: string; before: DeliveryState; is_ended: boolean }>(
      `UPDATE mortal.deliveries d SET state = CASE WHEN d.state IN (${sqlStatesBefore(deliveryTransitions, 'withdrawn')}) THEN 'withdrawn' ELSE d.state END
       FROM (SELECT snap_id, recipient_id, state FROM mortal.deliveries WHERE snap_id = ANY ($1::uuid[]) ORDER BY snap_id, recipient_id FOR UPDATE) AS old
       WHERE d.snap_id = ANY ($1::uuid[]) AND d.snap_id = old.snap_id AND d.recipient_id = old.recipient_id
       RETURNING d.snap_id, d.recipient_id, old.state AS before, d.ended_at IS NOT NULL AS is_ended`,
      [ids],
    );
    const objects = await eraseUploads(
      tx,
      all.flatMap(({ uploadId }) => uploadId ?? []),
    );
    await this.erasures.owe(
      tx,
      ...all.map(({ id, salt, uploadId, dueAt }) => ({
        label: this.hours.ownLabelOf(id),
        commitment: commit(salt, id),
        reason,
        objectNames: objects.get(uploadId ?? '') ?? [],
        since: DUE.includes(reason) ? dueAt : null,
      })),
    );
    // Whoever never saw it, or whose relation ended, hears nothing of it now.
    const told = deliveries.filter(({ before, is_ended }) => !is_ended && TOLD[reason]?.includes(before));
    this.events.append(
      tx,
      told.map(({ snap_id, recipient_id }) => ({ ownerId: recipient_id, type: 'snap.withdrawn', ref: snap_id })),
    );
    // Their upload was never ready, or their key is gone: acknowledged, and nobody can see it.
    const failed = all.filter(({ state }) => (reason === 'lost' && state !== 'failed') || (reason === 'expired' && state === 'waiting'));
    this.events.append(
      tx,
      failed.map(({ id, senderId }) => ({ ownerId: senderId, type: 'snap.failed', ref: id })),
    );
    tx.afterCommit(() => crashPoint('after_erasure_owed'));
  }
}
