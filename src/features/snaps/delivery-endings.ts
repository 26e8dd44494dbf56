import { sqlStatesBefore, type Transaction } from '../../platform/database/index.js';
import { isBlocked } from './relation.sql.js';
import { deliveryTransitions, type DeliveryState } from './snap.states.js';

export interface EndedDelivery {
  readonly snap_id: string;
  readonly recipient_id: string;
  readonly state: DeliveryState;
}

/**
 * Ends deliveries that were not opened: the recipient's item goes, the sender keeps seeing the last state. An early erasure waits
 * for them no longer, except where a block is why: that all others have opened it must not tell the sender of the block, so to
 * them the blocked person is one who never looks.
 * @param which SQL over `d`, rows of `mortal.deliveries`
 */
export async function endDeliveries(tx: Transaction, which: string, values: readonly unknown[]): Promise<EndedDelivery[]> {
  const open = `d.state IN (${sqlStatesBefore(deliveryTransitions, 'withdrawn')}) AND d.opened_at IS NULL AND d.ended_at IS NULL AND ${which}`;
  // Locked by statements of their own, for the reason that `Statement.lock` gives.
  const snaps = await tx.query<{ id: string }>(
    `SELECT s.id FROM mortal.snaps s WHERE s.state IN ('waiting', 'sent')
       AND s.id IN (SELECT d.snap_id FROM mortal.deliveries d WHERE ${open}) ORDER BY s.id FOR UPDATE`,
    values,
  );
  const hit = await tx.query<{ snap_id: string; recipient_id: string }>(
    `SELECT d.snap_id, d.recipient_id FROM mortal.deliveries d WHERE d.snap_id = ANY ($${values.length + 1}::uuid[]) AND ${open}
     ORDER BY d.snap_id, d.recipient_id FOR UPDATE`,
    [...values, snaps.map(({ id }) => id)],
  );
  // What is locked is what ends: judged once. What else ends meanwhile is for whoever ends it.
  return tx.query<EndedDelivery>(
    `WITH ended AS (
       UPDATE mortal.deliveries d SET ended_at = flits_now() FROM unnest($1::uuid[], $2::uuid[]) AS hit (snap_id, recipient_id)
       WHERE d.snap_id = ANY ($1) AND d.snap_id = hit.snap_id AND d.recipient_id = hit.recipient_id
       RETURNING d.snap_id, d.recipient_id, d.sender_id, d.state
     ), counted AS (
       UPDATE mortal.snaps s SET unopened = s.unopened - gone.n,
         due_at = CASE WHEN s.mode = 'once' AND s.unopened = gone.n AND s.final_at IS NOT NULL THEN least(s.due_at, s.final_at) ELSE s.due_at END
       FROM (SELECT e.snap_id, count(*) AS n FROM ended e WHERE NOT ${isBlocked('e.recipient_id', 'e.sender_id')} GROUP BY e.snap_id) AS gone
       WHERE s.id = gone.snap_id
     )
     SELECT snap_id, recipient_id, state FROM ended`,
    [hit.map(({ snap_id }) => snap_id), hit.map(({ recipient_id }) => recipient_id)],
  );
}
