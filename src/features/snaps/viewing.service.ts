import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { dueByDeadline, viewsOverAt } from './due.sql.js';
import type { SnapEntity } from './snap.entity.js';
import { SnapMediaLinks, type MediaLink, type StoredMedia } from './snap-media-links.js';
import { SnapErrors } from './snaps.errors.js';
import { SnapsEraser } from './snaps.eraser.js';
import { isRelated } from './relation.sql.js';
import type { SnapState, ViewMode } from './snap.states.js';

interface DeliveryRow {
  readonly opened_at: Date | null;
  readonly closed_at: Date | null;
}

/** What a recipient does around an open: fetch ahead, close. */
@Injectable()
export class ViewingService {
  constructor(
    private readonly database: Database,
    private readonly links: SnapMediaLinks,
    private readonly eraser: SnapsEraser,
  ) {}

  /** A fresh link to the ciphertext, to be fetched and checked before the open. */
  async mediaLink(snapId: string, recipientId: string): Promise<MediaLink> {
    const [row] = await this.database.query<
      StoredMedia & { state: SnapState; reason: string | null; mode: ViewMode; was_opened: boolean; may_view: boolean; is_past: boolean }
    >(
      `SELECT u.object_name, u.bytes, u.sha256, u.content_type, s.deadline, s.state, s.reason, s.mode,
              s.deadline <= flits_now() AS is_past, d.opened_at IS NOT NULL AS was_opened,
              d.opened_at IS NULL OR (d.closed_at IS NULL AND d.lease_until > flits_now()) OR d.replay_until > flits_now() AS may_view
       FROM mortal.deliveries d
       JOIN mortal.snaps s ON s.id = $1
       LEFT JOIN LATERAL upload_of(s.upload_id) AS u ON true
       WHERE d.snap_id = $1 AND d.recipient_id = $2 AND d.ended_at IS NULL AND d.state <> 'waiting'
         -- A running view is not cut.
         AND (s.mode = 'once' AND d.closed_at IS NULL AND d.lease_until > flits_now() OR s.reason = 'account_ended' OR ${isRelated('d')})`,
      [snapId, recipientId],
    );
    if (!row) throw SnapErrors.notFound();
    if (row.is_past) throw SnapErrors.expired();
    if (row.state === 'erased' && row.reason === 'lost') throw SnapErrors.lost();
    if (row.state === 'erased') throw row.was_opened && row.reason === 'opened' ? SnapErrors.alreadyOpened() : SnapErrors.erased();
    if (row.mode === 'once' && !row.may_view) throw SnapErrors.alreadyOpened();
    return this.links.link(row);
  }

  /**
   * Ends the view: nothing resumes it any more. When it was the last one that could be, the snap is erased in the same
   * transaction. Closing again, or what is gone already, changes nothing.
   */
  async close(snapId: string, recipientId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const snap = await this.eraser.lock(tx, snapId);
      const delivery = await this.#lockDelivery(tx, snapId, recipientId);
      if (!delivery) throw SnapErrors.notFound();
      if (!snap || delivery.closed_at || !delivery.opened_at) return;
      // Never later than the open itself allowed: told after the lease, a close finds the view over and the replay lapsing since then.
      await tx.query(
        `UPDATE mortal.deliveries SET closed_at = least(flits_now(), lease_until),
           replay_until = CASE WHEN replays_left > 0 THEN least(replay_until, flits_now() + interval '5 minutes') END
         WHERE snap_id = $1 AND recipient_id = $2`,
        [snapId, recipientId],
      );
      if (snap.mode === 'once' && snap.unopened === 0) await this.#eraseWhenFinal(tx, snap);
    });
  }

  async #lockDelivery(tx: Transaction, snapId: string, recipientId: string): Promise<DeliveryRow | undefined> {
    const [row] = await tx.query<DeliveryRow>(
      `SELECT d.opened_at, d.closed_at FROM mortal.deliveries d
       WHERE d.snap_id = $1 AND d.recipient_id = $2 AND d.ended_at IS NULL AND d.state <> 'waiting'
         AND (d.lease_until > flits_now() OR ${isRelated('d')}) FOR UPDATE`,
      [snapId, recipientId],
    );
    return row;
  }

  /** Early erasure: at once where every view is over, else the sweep comes back when the last one is. */
  async #eraseWhenFinal(tx: Transaction, snap: SnapEntity): Promise<void> {
    const [row] = await tx.query<{ final_at: Date | null; is_over: boolean }>(
      `SELECT final_at, final_at <= flits_now() AS is_over FROM (SELECT ${viewsOverAt('$1')} AS final_at) AS views`,
      [snap.id],
    );
    if (row?.is_over) await this.eraser.erase(tx, snap, 'opened');
    else {
      await tx.query(`UPDATE mortal.snaps s SET final_at = $2, due_at = least($2, ${dueByDeadline('s')}) WHERE s.id = $1`, [
        snap.id,
        row?.final_at ?? null,
      ]);
    }
  }
}
