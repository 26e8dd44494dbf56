import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { SnapEntity } from './snap.entity.js';
import { toldOpened } from './receipts-off.sql.js';
import { SnapErrors } from './snaps.errors.js';
import { SnapsEraser } from './snaps.eraser.js';
import { albumOf, type Album } from './inbox-item.js';
import type { DeliveryState, SnapKind, SnapState, Story } from './snap.states.js';

export interface SentSnap {
  readonly id: string;
  readonly kind: SnapKind;
  readonly state: SnapState;
  readonly reason: string | null;
  /** ms since the epoch */
  readonly acceptedAt: number;
  readonly deadline: number;
  readonly salt: Buffer;
  readonly isPast: boolean;
  readonly story: Story | null;
  readonly inReplyTo: string | null;
  readonly album?: Album;
}

export interface SentDelivery {
  readonly user_id: string;
  readonly state: DeliveryState;
  readonly opened_at: Date | null;
}

interface SentRow {
  readonly id: string;
  readonly kind: SnapKind;
  readonly state: SnapState;
  readonly reason: string | null;
  readonly accepted_at: Date;
  readonly deadline: Date;
  readonly salt: Buffer;
  readonly is_past: boolean;
  readonly story: Story | null;
  readonly in_reply_to: string | null;
  readonly album_id: string | null;
  readonly album_index: number | null;
  readonly album_size: number | null;
}

/** The reference to what a snap answers dies with that. */
const COLUMNS = `s.id, s.kind, s.state, s.reason, s.accepted_at, s.deadline, s.salt, s.deadline <= flits_now() AS is_past, s.story,
  s.album_id, s.album_index, s.album_size,
  (SELECT o.id FROM mortal.snaps o WHERE o.id = s.in_reply_to AND o.state = 'sent' AND o.deadline > flits_now()) AS in_reply_to`;

/** Everybody named or reached through a group, and of a story's audience who saw it. Without a time where it was not told. */
const DELIVERIES = `SELECT d.recipient_id AS user_id, d.state, CASE WHEN ${toldOpened('d')} THEN d.opened_at END AS opened_at
  FROM mortal.deliveries d WHERE d.snap_id = $1 AND (NOT d.via_story OR d.state IN ('opened', 'replayed', 'screenshot')) ORDER BY d.recipient_id`;

/** The sender's side: what I sent, who saw it, and taking it back. */
@Injectable()
export class SentService {
  constructor(
    private readonly database: Database,
    private readonly eraser: SnapsEraser,
  ) {}

  async find(snapId: string, senderId: string): Promise<SentSnap | undefined> {
    const [row] = await this.database.query<SentRow>(`SELECT ${COLUMNS} FROM mortal.snaps s WHERE s.id = $1 AND s.sender_id = $2`, [
      snapId,
      senderId,
    ]);
    return row && toSent(row);
  }

  /** One living snap of mine with its deliveries. */
  async get(snapId: string, senderId: string): Promise<{ snap: SentSnap; deliveries: SentDelivery[] }> {
    const snap = await this.find(snapId, senderId);
    if (!snap) throw SnapErrors.notFound();
    if (snap.isPast) throw SnapErrors.expired();
    if (snap.state === 'erased') throw snap.reason === 'lost' ? SnapErrors.lost() : SnapErrors.erased();
    return { snap, deliveries: await this.deliveries(snapId) };
  }

  /** Mine, alive, oldest first, after a position (ms since the epoch, snap id). */
  async list(senderId: string, after: readonly [number, string] | undefined, limit: number): Promise<SentSnap[]> {
    const rows = await this.database.query<SentRow>(
      `SELECT ${COLUMNS} FROM mortal.snaps s
       WHERE s.sender_id = $1 AND s.state <> 'erased' AND s.deadline > flits_now()
         AND ($2::bigint IS NULL OR (s.accepted_at, s.id) > (from_epoch_ms($2), $3::uuid))
       ORDER BY s.accepted_at, s.id LIMIT $4`,
      [senderId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(toSent);
  }

  async deliveries(snapId: string): Promise<SentDelivery[]> {
    return this.database.query<SentDelivery>(DELIVERIES, [snapId]);
  }

  /** Takes a snap back at any time before its deadline. @returns who had seen it */
  async unsend(snapId: string, senderId: string): Promise<SentDelivery[]> {
    return this.database.transaction(async (tx) => {
      const snap = await this.eraser.lock(tx, snapId);
      const mine = await tx.manager.findOneBy(SnapEntity, { id: snapId, senderId });
      if (!mine) throw SnapErrors.notFound();
      const [{ is_past }] = (await tx.query<{ is_past: boolean }>('SELECT $1::timestamptz <= flits_now() AS is_past', [mine.deadline])) as [
        { is_past: boolean },
      ];
      if (is_past) throw SnapErrors.expired();
      if (!snap) throw mine.reason === 'lost' ? SnapErrors.lost() : SnapErrors.erased();
      await this.eraser.erase(tx, snap, 'unsent');
      return tx.query<SentDelivery>(DELIVERIES, [snapId]);
    });
  }
}

function toSent(row: SentRow): SentSnap {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    acceptedAt: row.accepted_at.getTime(),
    deadline: row.deadline.getTime(),
    salt: row.salt,
    isPast: row.is_past,
    story: row.story,
    inReplyTo: row.in_reply_to,
    ...albumOf(row),
  };
}
