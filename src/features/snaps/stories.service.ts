import { Injectable } from '@nestjs/common';
import { Database, defineStatement } from '../../platform/database/index.js';
import { inboxItem, type InboxItem, type ReceivedRow } from './inbox-item.js';
import { received } from './received.sql.js';
import { toldOpened } from './receipts-off.sql.js';
import { SnapErrors } from './snaps.errors.js';

export interface StoryRow extends ReceivedRow {
  /** The author's newest story, ms since the epoch: where the author stands in the list. */
  readonly newest: string;
}

export interface StoryItem extends InboxItem {
  /** Whether I have seen it: told to me alone. */
  readonly seen: boolean;
}

export interface ViewerRow {
  readonly id: string;
  readonly handle: string;
  readonly display_name: string;
  readonly opened_at: Date;
}

/** Where a page of stories goes on: the author's newest, the author, and sent_at and id of a snap of theirs; times in ms. */
export type StoryPosition = readonly [newest: number, author: string, sentAt: number, snapId: string];

/** $1 viewer, $2 to $5 after which position (times in ms), or nulls, $6 how many. */
const readStories = defineStatement<StoryRow>(
  'snaps.stories',
  `
SELECT * FROM (
  SELECT v.*, epoch_ms(max(v.sent_at) OVER (PARTITION BY v.sender_id)) AS newest FROM (${received({ viaStory: true })}) AS v
) AS listed
WHERE $2::bigint IS NULL OR (newest, sender_id, sent_at, snap_id) < ($2::bigint, $3::uuid, from_epoch_ms($4::bigint), $5::uuid)
ORDER BY newest DESC, sender_id DESC, sent_at DESC, snap_id DESC LIMIT $6`,
);

/** Stories of friends as one of them sees them, and who saw mine. */
@Injectable()
export class StoriesService {
  constructor(private readonly database: Database) {}

  /** Authors by their newest story, each author's together, newest first. */
  async list(viewerId: string, after: StoryPosition | undefined, limit: number): Promise<StoryRow[]> {
    return this.database.statement(readStories, [
      viewerId,
      after?.[0] ?? null,
      after?.[1] ?? null,
      after?.[2] ?? null,
      after?.[3] ?? null,
      limit,
    ]);
  }

  /** Who saw a snap of mine and lets it be known, latest first. @throws Fault `not_found`, `snap_expired`, `snap_erased`, `snap_lost` */
  async viewers(snapId: string, authorId: string, after: readonly [number, string] | undefined, limit: number): Promise<ViewerRow[]> {
    const [snap] = await this.database.query<{ state: string; reason: string | null; is_past: boolean }>(
      'SELECT state, reason, deadline <= flits_now() AS is_past FROM mortal.snaps WHERE id = $1 AND sender_id = $2',
      [snapId, authorId],
    );
    if (!snap) throw SnapErrors.notFound();
    if (snap.is_past) throw SnapErrors.expired();
    if (snap.state === 'erased') throw snap.reason === 'lost' ? SnapErrors.lost() : SnapErrors.erased();
    return this.database.query<ViewerRow>(
      `SELECT * FROM (
         SELECT p.id, p.handle, p.display_name, from_epoch_ms(epoch_ms(d.opened_at)) AS opened_at
         FROM mortal.deliveries d JOIN people p ON p.id = d.recipient_id AND p.deleted_at IS NULL
         WHERE d.snap_id = $1 AND d.opened_at IS NOT NULL AND ${toldOpened('d')}
       ) AS viewed
       WHERE $2::bigint IS NULL OR (opened_at, id) < (from_epoch_ms($2), $3::uuid)
       ORDER BY opened_at DESC, id DESC LIMIT $4`,
      [snapId, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }
}

export function storyItem(row: ReceivedRow): StoryItem {
  return { ...inboxItem(row), seen: row.opened_at !== null };
}
