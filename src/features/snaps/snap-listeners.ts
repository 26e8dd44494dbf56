import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { commit } from '../ledger/index.js';
import { dueByDeadline } from './due.sql.js';
import { UploadListeners, type FailedSubject, type UploadEntity } from '../media/index.js';
import { SnapsEraser } from './snaps.eraser.js';
import { StorySpreader } from './story-spreader.js';

/** What happens to snaps because of something below them: an upload that became ready or was refused. */
@Injectable()
export class SnapListeners implements OnModuleInit {
  constructor(
    private readonly uploads: UploadListeners,
    private readonly events: EventLog,
    private readonly hours: Hours,
    private readonly stories: StorySpreader,
    private readonly eraser: SnapsEraser,
  ) {}

  onModuleInit(): void {
    this.uploads.register({
      ready: (tx, upload) => this.#deliver(tx, upload),
      rejected: (tx, upload, reason) => this.#fail(tx, upload, reason),
      lost: (tx, snapId) => this.#lose(tx, snapId),
    });
  }

  async #lose(tx: Transaction, snapId: string): Promise<void> {
    const snap = await this.eraser.lock(tx, snapId);
    if (snap) await this.eraser.erase(tx, snap, 'lost');
  }

  /** What waited for its upload reaches its recipients now, if there is time left to see it. */
  async #deliver(tx: Transaction, upload: UploadEntity): Promise<void> {
    const [snap] = await tx.query<{ id: string; sender_id: string; spreads: boolean }>(
      `UPDATE mortal.snaps s SET state = 'sent', due_at = ${dueByDeadline('s')}
       WHERE id = $1 AND state = 'waiting' AND deadline > flits_now()
       RETURNING id, sender_id, unspread IS NOT NULL AS spreads`,
      [upload.snapId],
    );
    if (!snap) return;
    const deliveries = await tx.query<{ recipient_id: string; via_story: boolean }>(
      `UPDATE mortal.deliveries SET state = 'accepted', sent_at = from_epoch_ms(epoch_ms(flits_now()))
       WHERE snap_id = $1 AND state = 'waiting' AND ended_at IS NULL RETURNING recipient_id, via_story`,
      [snap.id],
    );
    this.events.append(
      tx,
      deliveries.map(({ recipient_id, via_story }) => ({
        ownerId: recipient_id,
        type: via_story ? 'story.posted' : 'snap.received',
        ref: snap.id,
        actor: snap.sender_id,
      })),
    );
    if (snap.spreads) tx.afterCommit(() => void this.stories.announce(snap.id));
  }

  /** Acknowledged and not kept: its sender is told, and the log will say so once the upload's bytes are gone. */
  async #fail(tx: Transaction, upload: UploadEntity, reason: string): Promise<FailedSubject | undefined> {
    const [snap] = await tx.query<{ id: string; sender_id: string; salt: Buffer }>(
      `UPDATE mortal.snaps SET state = 'failed', reason = $2, words = NULL, words_key = NULL, due_at = NULL, unspread = NULL
       WHERE id = $1 AND state = 'waiting' RETURNING id, sender_id, salt`,
      [upload.snapId, reason],
    );
    if (!snap) return undefined;
    await tx.query(`UPDATE mortal.deliveries SET state = 'withdrawn' WHERE snap_id = $1 AND state = 'waiting'`, [snap.id]);
    this.events.append(tx, [{ ownerId: snap.sender_id, type: 'snap.failed', ref: snap.id }]);
    return { label: this.hours.ownLabelOf(snap.id), commitment: commit(snap.salt, snap.id) };
  }
}
