import { Injectable } from '@nestjs/common';
import { Database, defineStatement } from '../../platform/database/index.js';
import { EventLog, type Appended } from '../events/index.js';

/** $1 person, $2 device, $3 the highest number it has. Moves the device's cursor and tells senders, in one round trip. */
const ackEvents = defineStatement<{ written: Appended[] | null }>(
  'snaps.ack',
  `
WITH device AS MATERIALIZED (
  SELECT d.id, d.acked_seq, least($3::bigint, h.head) AS upto
  FROM devices d JOIN event_heads h ON h.person_id = d.person_id
  WHERE d.id = $2 AND d.person_id = $1 AND d.acked_seq < $3 FOR UPDATE OF d
), moved AS (
  UPDATE devices SET acked_seq = device.upto FROM device WHERE devices.id = device.id
), fresh AS MATERIALIZED (
  SELECT array_agg(e.ref) AS snap_ids FROM device
  JOIN mortal.events e ON e.owner_id = $1 AND e.seq > device.acked_seq AND e.seq <= device.upto AND e.type = 'snap.received'
), delivered AS (
  UPDATE mortal.deliveries d SET state = 'delivered'
  WHERE d.snap_id = ANY ((SELECT snap_ids FROM fresh)::uuid[]) AND d.recipient_id = $1 AND d.state = 'accepted' AND d.ended_at IS NULL
  RETURNING d.snap_id, d.sender_id
), changes AS (
  SELECT array_agg(sender_id) AS owners, array_agg(snap_id) AS refs, count(*)::int AS n FROM delivered
)
SELECT json_agg(e) AS written FROM changes c
CROSS JOIN LATERAL append_events(c.owners, array_fill('snap.delivered'::text, ARRAY[c.n]), c.refs, array_fill($1::uuid, ARRAY[c.n])) AS e
WHERE c.n > 0`,
);

/** A snap counts as delivered when the first of a person's devices has acknowledged its event. */
@Injectable()
export class DeliveryAcks {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  async ack(personId: string, deviceId: string, seq: number): Promise<void> {
    const [row] = await this.database.statement(ackEvents, [personId, deviceId, seq]);
    this.events.announce(row?.written ?? []);
  }
}
