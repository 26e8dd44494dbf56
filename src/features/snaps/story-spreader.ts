import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { crashPoint } from '../../platform/observability/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { EventLog } from '../events/index.js';
import { isBlocked, isFriend } from './relation.sql.js';
import type { SnapState } from './snap.states.js';

const CHUNK = 100;

interface Unspread {
  readonly sender_id: string;
  readonly state: SnapState;
  readonly is_past: boolean;
  readonly chunk: string[] | null;
}

/**
 * A story's large audience, reached in chunks. Column `snaps.unspread`: who was in the audience when it was posted and has no
 * delivery yet. A chunk's deliveries, its events and what is left are one transaction under the snap's lock: whoever crashes
 * between two chunks leaves exactly what is not done, two that run at once take turns, and nobody is reached twice. The sweep
 * (stories.sweeps.ts) finds what no job is left for. The list dies with the snap's row.
 */
@Injectable()
export class StorySpreader {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly queue: JobQueue,
  ) {}

  /** A job for it; one at a time. */
  async announce(snapId: string): Promise<void> {
    await this.queue.add('story.spread', { snapId }, { key: `story-${snapId}` });
  }

  /** Until nobody is left, or the snap is gone. One that waits for its upload is announced anew when that is ready. */
  async spread(snapId: string): Promise<void> {
    while (await this.database.transaction((tx) => this.#spreadChunk(tx, snapId))) crashPoint('after_story_chunk');
  }

  /** Those whose job was lost. */
  async announceLost(): Promise<void> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM mortal.snaps WHERE unspread IS NOT NULL AND state = 'sent' AND deadline > flits_now()`,
    );
    for (const { id } of rows) await this.announce(id);
  }

  /** @returns whether there may be more */
  async #spreadChunk(tx: Transaction, snapId: string): Promise<boolean> {
    const [snap] = await tx.query<Unspread>(
      `SELECT sender_id, state, deadline <= flits_now() AS is_past, unspread[1:$2] AS chunk FROM mortal.snaps
       WHERE id = $1 AND unspread IS NOT NULL FOR UPDATE`,
      [snapId, CHUNK],
    );
    if (!snap?.chunk || snap.is_past || snap.state !== 'sent') return false;
    const reached = await tx.query<{ recipient_id: string }>(
      `INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left, via_story)
       SELECT s.id, r, s.sender_id, 'accepted', s.accepted_at, 0, true FROM mortal.snaps s CROSS JOIN unnest($2::uuid[]) AS r
       WHERE s.id = $1 AND ${isFriend('s.sender_id', 'r')} AND NOT ${isBlocked('s.sender_id', 'r')}
       ON CONFLICT DO NOTHING RETURNING recipient_id`,
      [snapId, snap.chunk],
    );
    await tx.query(`UPDATE mortal.snaps SET unspread = nullif(unspread[$2 + 1:], '{}') WHERE id = $1`, [snapId, CHUNK]);
    this.events.append(
      tx,
      reached.map(({ recipient_id }) => ({ ownerId: recipient_id, type: 'story.posted', ref: snapId, actor: snap.sender_id })),
    );
    return true;
  }
}
