import { isRelated } from './relation.sql.js';

/**
 * SQL: what a recipient ($1) may see of living snaps, with the same columns for the inbox, for stories and for events. The
 * reference to what a snap answers dies with that.
 * @param viaStory which of the two kinds of deliveries
 */
export const received = (viaStory: boolean): string => `
SELECT d.snap_id, d.sender_id, p.handle AS sender_handle, p.display_name AS sender_name, d.group_id, s.album_id, s.album_index, s.album_size,
       s.kind, d.sent_at, s.deadline, s.mode, s.view_seconds, s.loop, s.replays, d.state, d.opened_at,
       EXISTS (SELECT FROM mutes m WHERE m.person_id = $1 AND m.muted_id = d.sender_id) AS muted,
       u.duration_ms, u.width, u.height, u.bytes, u.sha256, u.content_type,
       (SELECT o.id FROM mortal.snaps o WHERE o.id = s.in_reply_to AND o.state = 'sent' AND o.deadline > flits_now()) AS in_reply_to
FROM mortal.deliveries d
JOIN mortal.snaps s ON s.id = d.snap_id
JOIN people p ON p.id = d.sender_id
LEFT JOIN mortal.uploads u ON u.id = s.upload_id
WHERE d.recipient_id = $1 AND d.via_story = ${viaStory} AND d.state <> 'waiting' AND d.ended_at IS NULL
  AND s.state = 'sent' AND s.deadline > flits_now() AND ${isRelated('d')}`;
