import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, defineStatement } from '../../platform/database/index.js';
import { EventLog, EventPayloads } from '../events/index.js';
import { inboxItem, type ReceivedRow } from './inbox-item.js';
import { received } from './received.js';

/** What a recipient may see of living snaps, in the same words for `GET /v1/inbox` and for `snap.received`: $1 recipient, $2 their ids. */
const readReceived = defineStatement<ReceivedRow>('snaps.received', `${received(false)} AND d.snap_id = ANY ($2::uuid[])`);

/** $1 recipient, $2 and $3 after which `sent_at` (ms) and id, or null, $4 how many. */
const readInbox = defineStatement<ReceivedRow>(
  'snaps.inbox',
  `${received(false)} AND ($2::bigint IS NULL OR (d.sent_at, d.snap_id) > (from_epoch_ms($2), $3::uuid)) ORDER BY d.sent_at, d.snap_id LIMIT $4`,
);

@Injectable()
export class InboxService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
    private readonly payloads: EventPayloads,
  ) {}

  onModuleInit(): void {
    this.payloads.register(['snap.received'], async (ownerId, subjects) => {
      const rows = await this.database.statement(readReceived, [ownerId, subjects.map(({ ref }) => ref)]);
      const items = new Map(rows.map((row) => [row.snap_id, inboxItem(row)]));
      return subjects.map(({ ref }) => items.get(ref));
    });
  }

  /** Living snaps for me, by (`sent_at`, id), after a position (ms since the epoch, snap id). */
  async list(recipientId: string, after: readonly [number, string] | undefined, limit: number): Promise<ReceivedRow[]> {
    return this.database.statement(readInbox, [recipientId, after?.[0] ?? null, after?.[1] ?? null, limit]);
  }

  /** Where the socket goes on from. Read it before the list: what comes in between is told twice rather than not at all. */
  head(recipientId: string): Promise<number> {
    return this.events.head(recipientId);
  }
}
