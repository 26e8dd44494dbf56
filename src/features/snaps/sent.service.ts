import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { SnapEntity } from './snap.entity.js';
import { SnapErrors } from './snaps.errors.js';
import { SnapsEraser } from './snaps.eraser.js';
import type { DeliveryState, SnapState } from './snap.states.js';

export interface SentSnap {
  readonly id: string;
  readonly kind: string;
  readonly state: SnapState;
  readonly reason: string | null;
  /** ms since the epoch */
  readonly acceptedAt: number;
  readonly deadline: number;
  readonly salt: Buffer;
  readonly isPast: boolean;
}

export interface SentDelivery {
  readonly user_id: string;
  readonly state: DeliveryState;
  readonly opened_at: Date | null;
}

interface SentRow {
  readonly id: string;
  readonly kind: string;
  readonly state: SnapState;
  readonly reason: string | null;
  readonly accepted_at: Date;
  readonly deadline: Date;
  readonly salt: Buffer;
  readonly is_past: boolean;
}

const COLUMNS = 'id, kind, state, reason, accepted_at, deadline, salt, deadline <= flits_now() AS is_past';

/** The sender's side: what I sent, who saw it, and taking it back. */
@Injectable()
export class SentService {
  constructor(
    private readonly database: Database,
    private readonly eraser: SnapsEraser,
  ) {}

  async find(snapId: string, senderId: string): Promise<SentSnap | undefined> {
    const [row] = await this.database.query<SentRow>(`SELECT ${COLUMNS} FROM mortal.snaps WHERE id = $1 AND sender_id = $2`, [
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
      `SELECT ${COLUMNS} FROM mortal.snaps
       WHERE sender_id = $1 AND state <> 'erased' AND deadline > flits_now()
         AND ($2::bigint IS NULL OR (accepted_at, id) > (from_epoch_ms($2), $3::uuid))
       ORDER BY accepted_at, id LIMIT $4`,
      [senderId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(toSent);
  }

  async deliveries(snapId: string): Promise<SentDelivery[]> {
    return this.database.query<SentDelivery>(
      `SELECT recipient_id AS user_id, state, opened_at
       FROM mortal.deliveries WHERE snap_id = $1 ORDER BY recipient_id`,
      [snapId],
    );
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
      if (!snap) throw SnapErrors.erased();
      await this.eraser.erase(tx, snap, 'unsent');
      return tx.query<SentDelivery>(
        'SELECT recipient_id AS user_id, state, opened_at FROM mortal.deliveries WHERE snap_id = $1 ORDER BY recipient_id',
        [snapId],
      );
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
  };
}
