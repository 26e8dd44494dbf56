import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { FriendshipListeners } from '../friends/index.js';
import { commit } from '../ledger/index.js';
import { UploadListeners, type FailedSubject, type UploadEntity } from '../media/index.js';

/** What happens to snaps because of something below them: an upload that became ready or was refused, a friendship that ended. */
@Injectable()
export class SnapListeners implements OnModuleInit {
  constructor(
    private readonly uploads: UploadListeners,
    private readonly friendships: FriendshipListeners,
    private readonly events: EventLog,
    private readonly hours: Hours,
  ) {}

  onModuleInit(): void {
    this.uploads.register({
      ready: (tx, upload) => this.#deliver(tx, upload),
      rejected: (tx, upload, reason) => this.#fail(tx, upload, reason),
    });
    this.friendships.register({ ended: (tx, a, b) => this.#endUnopened(tx, a, b), blocked: (tx, a, b) => this.#endUnopened(tx, a, b) });
  }

  /** What waited for its upload reaches its recipients now, if there is time left to see it. */
  async #deliver(tx: Transaction, upload: UploadEntity): Promise<void> {
    const [snap] = await tx.query<{ id: string; sender_id: string }>(
      `UPDATE mortal.snaps SET state = 'sent' WHERE id = $1 AND state = 'waiting' AND deadline > flits_now() RETURNING id, sender_id`,
      [upload.snapId],
    );
    if (!snap) return;
    const deliveries = await tx.query<{ recipient_id: string }>(
      `UPDATE mortal.deliveries SET state = 'accepted', sent_at = from_epoch_ms(epoch_ms(flits_now()))
       WHERE snap_id = $1 AND state = 'waiting' AND ended_at IS NULL RETURNING recipient_id`,
      [snap.id],
    );
    this.events.append(
      tx,
      deliveries.map(({ recipient_id }) => ({ ownerId: recipient_id, type: 'snap.received', ref: snap.id, actor: snap.sender_id })),
    );
  }

  /** Acknowledged and not kept: its sender is told, and the log will say so once the upload's bytes are gone. */
  async #fail(tx: Transaction, upload: UploadEntity, reason: string): Promise<FailedSubject | undefined> {
    const [snap] = await tx.query<{ id: string; sender_id: string; salt: Buffer }>(
      `UPDATE mortal.snaps SET state = 'failed', reason = $2, words = NULL, words_key = NULL, due_at = NULL
       WHERE id = $1 AND state = 'waiting' RETURNING id, sender_id, salt`,
      [upload.snapId, reason],
    );
    if (!snap) return undefined;
    await tx.query(`UPDATE mortal.deliveries SET state = 'withdrawn' WHERE snap_id = $1 AND state = 'waiting'`, [snap.id]);
    this.events.append(tx, [{ ownerId: snap.sender_id, type: 'snap.failed', ref: snap.id }]);
    return { label: this.hours.ownLabelOf(snap.id), commitment: commit(snap.salt, snap.id) };
  }

  /** Both ways. The sender keeps seeing the last state; the recipient's item goes, and a running view is not cut. */
  async #endUnopened(tx: Transaction, a: string, b: string): Promise<void> {
    const ended = await tx.query<{ snap_id: string; recipient_id: string; state: string }>(
      `WITH hit AS (
         SELECT s.id FROM mortal.snaps s JOIN mortal.deliveries d ON d.snap_id = s.id
         WHERE ((d.recipient_id = $1 AND d.sender_id = $2) OR (d.recipient_id = $2 AND d.sender_id = $1))
           AND s.state IN ('waiting', 'sent') AND d.opened_at IS NULL AND d.ended_at IS NULL
         ORDER BY s.id FOR UPDATE OF s
       ), ended AS (
         UPDATE mortal.deliveries d SET ended_at = flits_now() FROM hit
         WHERE d.snap_id = hit.id AND d.recipient_id IN ($1, $2) AND d.state IN ('waiting', 'accepted', 'delivered') AND d.ended_at IS NULL
         RETURNING d.snap_id, d.recipient_id, d.state
       ), counted AS (
         UPDATE mortal.snaps s SET unopened = s.unopened - 1,
           due_at = CASE WHEN s.mode = 'once' AND s.unopened = 1 AND s.final_at IS NOT NULL THEN least(s.due_at, s.final_at) ELSE s.due_at END
         FROM ended WHERE s.id = ended.snap_id AND s.state IN ('waiting', 'sent')
       )
       SELECT * FROM ended`,
      [a, b],
    );
    this.events.append(
      tx,
      ended.flatMap(({ snap_id, recipient_id, state }) =>
        state === 'waiting' ? [] : [{ ownerId: recipient_id, type: 'snap.withdrawn' as const, ref: snap_id }],
      ),
    );
  }
}
