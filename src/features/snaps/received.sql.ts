import { isRelated } from './relation.sql.js';

/** Which deliveries are looked at. */
interface Which {
  readonly viaStory: boolean;
  /** SQL over `d`, rows of `mortal.deliveries`. Default: all of the recipient's. */
  readonly deliveries?: string;
  /** SQL over `s`, rows of `mortal.snaps`: what is known of their ids, so that hours that have none are left alone. */
  readonly snaps?: string;
}

/**
 * SQL: what a recipient ($1) may see of living snaps, with the same columns for the inbox, for stories and for events. The
 * reference to what a snap answers dies with that.
 *
 * Deliveries first, then each one's snap: OFFSET 0 keeps a plan that was made when an hour was empty from reading all of its
 * snaps when it is full.
 */
export const received = ({ viaStory, deliveries = 'true', snaps = 'true' }: Which): string => `
SELECT d.snap_id, d.sender_id, p.handle AS sender_handle, p.display_name AS sender_name, d.group_id, s.album_id, s.album_index, s.album_size,
       s.kind, d.sent_at, s.deadline, s.mode, s.view_seconds, s.loop, s.replays, d.state, d.opened_at,
       EXISTS (SELECT FROM mutes m WHERE m.person_id = $1 AND m.muted_id = d.sender_id) AS muted,
       u.duration_ms, u.width, u.height, u.bytes, u.sha256, u.content_type, living_snap(s.in_reply_to) AS in_reply_to
FROM (
  SELECT * FROM mortal.deliveries d
  WHERE d.recipient_id = $1 AND d.via_story = ${viaStory} AND d.state <> 'waiting' AND d.ended_at IS NULL AND ${deliveries} OFFSET 0
) AS d
CROSS JOIN LATERAL (
  SELECT * FROM mortal.snaps s WHERE s.id = d.snap_id AND ${snaps} AND s.state = 'sent' AND s.deadline > flits_now() OFFSET 0
) AS s
JOIN people p ON p.id = d.sender_id
LEFT JOIN LATERAL upload_of(s.upload_id) AS u ON true
WHERE ${isRelated('d')}`;
