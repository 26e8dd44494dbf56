import { Injectable } from '@nestjs/common';
import { Database, defineStatement } from '../../platform/database/index.js';
import { EventLog, type Appended } from '../events/index.js';

/** Devices that are behind what is acked. */
const devicesBehind = `
  SELECT d.id, d.person_id, d.acked_seq, least(a.seq, h.head) AS upto
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS a (person_id, device_id, seq)
  JOIN devices d ON d.id = a.device_id AND d.person_id = a.person_id AND d.acked_seq < a.seq
  JOIN event_heads h ON h.person_id = d.person_id
  ORDER BY d.id`;

/**
 * $1 people, $2 their devices, $3 the highest number each has. Moves the devices' cursors and tells senders of each snap that
 * arrived, once a recipient; deliveries are locked in the order of their ids.
 */
const ackEvents = defineStatement<{ written: Appended[] | null }>(
  'snaps.ack',
  `
WITH device AS MATERIALIZED (${devicesBehind}
), moved AS (
  UPDATE devices SET acked_seq = device.upto FROM device WHERE devices.id = device.id
), arrived AS MATERIALIZED (
  SELECT DISTINCT e.ref AS snap_id, device.person_id AS recipient_id FROM device
  CROSS JOIN LATERAL (
    SELECT ref FROM mortal.events WHERE owner_id = device.person_id AND seq > device.acked_seq AND seq <= device.upto AND type = 'snap.received'
    OFFSET 0
  ) AS e
  ORDER BY 1, 2
), delivered AS MATERIALIZED (
  SELECT snap_id, recipient_id, deliver(snap_id, recipient_id) AS sender_id FROM arrived
), changes AS (
  SELECT array_agg(sender_id) AS owners, array_agg(snap_id) AS refs, array_agg(recipient_id) AS actors, count(*)::int AS n
  FROM delivered WHERE sender_id IS NOT NULL
)
SELECT json_agg(e) AS written FROM changes c
CROSS JOIN LATERAL append_events(c.owners, array_fill('snap.delivered'::text, ARRAY[c.n]), c.refs, c.actors, NULL) AS e
WHERE c.n > 0`,
  { name: 'snaps.ack_lock', text: `${devicesBehind} FOR UPDATE OF d`, values: 3 },
);

/** A snap counts as delivered when the first of a person's devices has acknowledged its event. */
@Injectable()
export class DeliveryAcks {
  constructor(
    private readonly database: Database,
    private readonly events: EventLog,
  ) {}

  /** `seq`: everything up to here of the person's log has arrived on the device. One of each device. */
  async ack(acks: readonly { readonly personId: string; readonly deviceId: string; readonly seq: number }[]): Promise<void> {
    const columns = [acks.map(({ personId }) => personId), acks.map(({ deviceId }) => deviceId), acks.map(({ seq }) => seq)];
    const [row] = await this.database.statement(ackEvents, columns);
    this.events.announce(row?.written ?? []);
  }
}
