import { Injectable } from '@nestjs/common';
import { Database, defineStatement, sqlStatesBefore } from '../../platform/database/index.js';
import { EventLog, type Appended } from '../events/index.js';
import { isRelated } from './relation.sql.js';
import { deliveryTransitions } from './snap.states.js';
import { SnapErrors } from './snaps.errors.js';

/** $1 snap, $2 viewer. Told once a viewer, of what was opened, also when it has gone in the meantime. */
const reportScreenshot = defineStatement<{ is_theirs: boolean; written: Appended[] | null }>(
  'snaps.screenshot',
  `
WITH delivery AS MATERIALIZED (
  SELECT d.state, d.opened_at FROM mortal.deliveries d
  WHERE d.snap_id = $1 AND d.recipient_id = $2 AND d.ended_at IS NULL AND d.state <> 'waiting'
    -- R9: whoever has no relation any more, and no view that still runs, tells nobody anything.
    AND (d.lease_until > flits_now() OR ${isRelated('d')})
), reported AS (
  UPDATE mortal.deliveries d SET state = 'screenshot' FROM delivery
  WHERE d.snap_id = $1 AND d.recipient_id = $2 AND delivery.opened_at IS NOT NULL
    AND delivery.state IN (${sqlStatesBefore(deliveryTransitions, 'screenshot')})
  RETURNING d.sender_id
), told AS MATERIALIZED (
  SELECT json_agg(e) AS written FROM reported r
  CROSS JOIN LATERAL append_events(ARRAY[r.sender_id], ARRAY['snap.screenshot'], ARRAY[$1::uuid], ARRAY[$2::uuid], NULL) AS e
)
SELECT EXISTS (SELECT 1 FROM delivery) AS is_theirs, t.written FROM told t`,
  {
    name: 'snaps.screenshot_lock',
    text: 'SELECT 1 FROM mortal.deliveries WHERE snap_id = $1 AND recipient_id = $2 FOR UPDATE',
    values: 2,
  },
);

/**
 * A client says that its person took a screenshot: best effort, and the sender is told. Also where receipts are off: what is
 * kept of somebody's picture weighs more than when it was looked at.
 */
@Injectable()
export class Screenshots {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /** Reporting again, or what was never opened, changes nothing. @throws Fault `not_found` */
  async report(snapId: string, viewerId: string): Promise<void> {
    const [row] = await this.database.statement(reportScreenshot, [snapId, viewerId]);
    if (!row?.is_theirs) throw SnapErrors.notFound();
    this.events.announce(row.written ?? []);
  }
}
