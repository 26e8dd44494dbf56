import { isWithin } from '../../platform/database/index.js';
import { isRelated } from './relation.sql.js';

/** Which deliveries are looked at. Default: all of the recipient's. */
interface Which {
  readonly viaStory: boolean;
  /** SQL over `d`, rows of `mortal.deliveries`. */
  readonly deliveries?: string;
  /** SQL of a `uuid[]` in order: of these snaps alone. */
  readonly refs?: string;
}

/**
 * SQL: what a recipient ($1) may see of living snaps, with the same columns for the inbox, for stories and for events. The
 * reference to what a snap answers dies with that.
 *
 * Deliveries first, then each one's snap: OFFSET 0 keeps a plan that was made when an hour was empty from reading all of its
 * snaps when it is full. Of snaps that are named one hour is opened for each, and only hours between the first and the last set up.
 */
export const received = ({ viaStory, deliveries = 'true', refs }: Which): string => `
SELECT d.snap_id, d.sender_id, p.handle AS sender_handle, p.display_name AS sender_name, d.group_id, s.album_id, s.album_index, s.album_size,
       s.kind, d.sent_at, s.deadline, s.mode, s.view_seconds, s.loop, s.replays, d.state, d.opened_at,
       EXISTS (SELECT FROM mutes m WHERE m.person_id = $1 AND m.muted_id = d.sender_id) AS muted,
       u.duration_ms, u.width, u.height, u.bytes, u.sha256, u.content_type, living_snap(s.in_reply_to) AS in_reply_to
FROM ${refs === undefined ? '' : `unnest(${refs}) AS ref (id) CROSS JOIN LATERAL `}(
  SELECT * FROM mortal.deliveries d
  WHERE d.recipient_id = $1${refs === undefined ? '' : ` AND d.snap_id = ref.id AND ${isWithin('d.snap_id', refs)}`}
    AND d.via_story = ${viaStory} AND d.state <> 'waiting' AND d.ended_at IS NULL AND ${deliveries} OFFSET 0
) AS d
CROSS JOIN LATERAL (
  SELECT * FROM mortal.snaps s
  WHERE s.id = d.snap_id${refs === undefined ? '' : ` AND ${isWithin('s.id', refs)}`} AND s.state = 'sent' AND s.deadline > flits_now() OFFSET 0
) AS s
JOIN people p ON p.id = d.sender_id
LEFT JOIN LATERAL upload_of(s.upload_id) AS u ON true
WHERE ${isRelated('d')}`;
