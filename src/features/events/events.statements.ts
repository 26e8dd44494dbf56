import { defineStatement } from '../../platform/database/index.js';
import type { EventType } from './event-types.js';

export interface EventPageRow {
  readonly head: string;
  /** The least number still kept for this person. */
  readonly oldest: string | null;
  /** `at` in ms since the epoch */
  readonly rows: readonly { seq: number; type: EventType; at: number; ref: string; actor: string | null; device: string | null }[];
}

/** One page of a person's log, with the counter and the oldest row kept: $1 owner, $2 after, $3 limit. */
export const readPage = defineStatement<EventPageRow>(
  'events.page',
  `
SELECT h.head,
       (SELECT min(e.seq) FROM mortal.events e WHERE e.owner_id = h.person_id) AS oldest,
       COALESCE((
         SELECT json_agg(json_build_object('seq', e.seq, 'type', e.type, 'at', epoch_ms(e.at), 'ref', e.ref, 'actor', e.actor, 'device', e.device_id) ORDER BY e.seq)
         FROM (SELECT * FROM mortal.events WHERE owner_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) e
       ), '[]'::json) AS rows
FROM event_heads h
WHERE h.person_id = $1`,
);

/** The number of a person's newest event: $1 owner. */
export const readHead = defineStatement<{ head: string }>('events.head', 'SELECT head FROM event_heads WHERE person_id = $1');
