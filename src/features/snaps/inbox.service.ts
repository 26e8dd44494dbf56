import { Injectable } from '@nestjs/common';
import { Database, defineStatement } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import type { ReceivedRow } from './inbox-item.js';
import { received } from './received.sql.js';

/** $1 recipient, $2 and $3 after which `sent_at` (ms) and id, or null, $4 how many. */
const readInbox = defineStatement<ReceivedRow>(
  'snaps.inbox',
  `${received({ viaStory: false, deliveries: '($2::bigint IS NULL OR (d.sent_at, d.snap_id) > (from_epoch_ms($2), $3::uuid))' })}
ORDER BY d.sent_at, d.snap_id LIMIT $4`,
);

@Injectable()
export class InboxService {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /** Living snaps for me, by (`sent_at`, id), after a position (ms since the epoch, snap id). */
  async list(recipientId: string, after: readonly [number, string] | undefined, limit: number): Promise<ReceivedRow[]> {
    return this.database.statement(readInbox, [recipientId, after?.[0] ?? null, after?.[1] ?? null, limit]);
  }

  /** Where the socket goes on from. Read it before the list: what comes in between is told twice rather than not at all. */
  head(recipientId: string): Promise<number> {
    return this.events.head(recipientId);
  }
}
