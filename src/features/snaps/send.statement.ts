import { defineStatement } from '../../platform/database/index.js';
import type { Appended } from '../events/index.js';
import { MAX_RECIPIENTS } from './snaps.settings.js';
import { isBlocked, isFriend, shareGroup } from './relation.js';

export type UploadFault = 'upload_not_found' | 'upload_used' | 'upload_expired' | 'upload_rejected' | 'upload_pending';

export type SendVerdict =
  | UploadFault
  | 'accepted'
  | 'replayed'
  | 'session_ended'
  | 'suspended'
  | 'too_many_recipients'
  | 'group_unavailable'
  | 'recipient_unavailable'
  | 'reply_unavailable'
  | 'label_moved';

export interface SendRow {
  readonly verdict: SendVerdict;
  /** ms since the epoch */
  readonly now: string;
  readonly deadline: string;
  readonly is_kept: boolean;
  /** Which of the uploads the verdict speaks of, from 0. */
  readonly faulty: number[] | null;
  /** Ids of people, or of groups, that the verdict speaks of. */
  readonly unavailable: string[] | null;
  /** The rest of the story's audience is reached by a job. */
  readonly spreads: boolean;
  readonly written: Appended[] | null;
}

/**
 * One snap, or the parts of an album: $1 snap ids, $2 sender, $3 an upload id or null for each, $4 people named, $5 groups, $6 story
 * or null, $7 what it answers or null, $8 album id or null, $9 ttl ms or null, $10 bucket ms, $11 longest life ms, $12 mode or null,
 * $13 view seconds, $14 loop, $15 replays; for each snap $16 words, $17 words key, $18 salt, $19 commitment, $20 ACCEPT leaf;
 * $21 route, $22 key MAC, $23 body MAC, $24 the id that stands for all of it in the idempotency record.
 *
 * All or nothing, in one autocommit round trip that locks in the one order: sender, uploads, snaps, deliveries, counters. Time is
 * read after the locks are held. Ids carry the label that the sender's process expected; where the database's clock has moved
 * on, nothing is written and the answer says so. Tables of friends, groups and media are read here, uploads marked as used.
 */
export const sendSnaps = defineStatement<SendRow>(
  'snaps.send',
  `
WITH sender AS MATERIALIZED (
  SELECT id, deleted_at IS NOT NULL AS is_gone, suspended_at IS NOT NULL AS is_suspended FROM people WHERE id = $2 FOR KEY SHARE
), upload AS MATERIALIZED (
  SELECT l.* FROM sender CROSS JOIN LATERAL lock_uploads(sender.id, $3::uuid[]) AS l
), clock AS MATERIALIZED (
  SELECT epoch_ms(flits_now()) AS now FROM (SELECT count(*) FROM upload) AS locked
), part AS MATERIALIZED (
  SELECT n.*, u.label, coalesce(u.kind, 'text') AS kind, coalesce(u.state = 'processing', false) AS waits,
    CASE
      WHEN n.upload_id IS NULL THEN NULL
      WHEN u.id IS NULL THEN 'upload_not_found'
      WHEN u.snap_id IS NOT NULL THEN 'upload_used'
      WHEN u.state = 'erased' OR u.label <= (SELECT now FROM clock) THEN 'upload_expired'
      WHEN u.state = 'rejected' THEN 'upload_rejected'
      WHEN u.state = 'pending' THEN 'upload_pending'
    END AS fault
  FROM unnest($1::uuid[], $3::uuid[], $16::bytea[], $17::bytea[], $18::bytea[], $19::bytea[], $20::text[]) WITH ORDINALITY
    AS n(id, upload_id, words, words_key, salt, commitment, leaf, k)
  LEFT JOIN upload u ON u.id = n.upload_id
), fault AS MATERIALIZED (
  SELECT fault FROM part WHERE fault IS NOT NULL ORDER BY fault = 'upload_pending', k LIMIT 1
), unavailable AS MATERIALIZED (
  SELECT array_agg(r) AS ids FROM unnest($4::uuid[]) AS r
  WHERE r = $2 OR NOT (${isFriend('$2', 'r')} OR ${shareGroup('$2', 'r')}) OR ${isBlocked('$2', 'r')}
), foreign_group AS MATERIALIZED (
  SELECT array_agg(g) AS ids FROM unnest($5::uuid[]) AS g
  WHERE NOT EXISTS (SELECT 1 FROM group_members m WHERE m.group_id = g AND m.person_id = $2 AND m.state = 'member')
), audience AS MATERIALIZED (
  SELECT DISTINCT ON (a.id) a.id, a.group_id, a.via_story
  FROM (
    SELECT r AS id, NULL::uuid AS group_id, false AS via_story, 0 AS rank FROM unnest($4::uuid[]) AS r
    UNION ALL
    SELECT m.person_id, m.group_id, false, 1 FROM unnest($5::uuid[]) AS g JOIN group_members m ON m.group_id = g AND m.state = 'member'
    WHERE m.person_id <> $2
    UNION ALL
    SELECT f.friend_id, NULL, true, 2 FROM friendships f
    WHERE $6::text IS NOT NULL AND f.person_id = $2
      AND ($6 = 'friends' OR EXISTS (SELECT 1 FROM close_friends c WHERE c.person_id = $2 AND c.friend_id = f.friend_id))
  ) AS a
  ORDER BY a.id, a.rank, a.group_id
), reached AS MATERIALIZED (
  SELECT a.*, a.via_story AND (SELECT count(*) FROM audience) > ${MAX_RECIPIENTS} AS later FROM audience a
  WHERE a.group_id IS NULL AND NOT a.via_story OR NOT ${isBlocked('$2', 'a.id')}
), answered AS MATERIALIZED (
  SELECT 1 FROM mortal.snaps o JOIN mortal.deliveries d ON d.snap_id = o.id
  WHERE o.id = $7 AND d.snap_id = $7 AND d.recipient_id = $2 AND o.sender_id = ($4::uuid[])[1] AND d.state <> 'waiting' AND d.ended_at IS NULL
), timed AS MATERIALIZED (
  SELECT c.now, least(c.now + $9::bigint, (c.now + $11::bigint) / $10::bigint * $10::bigint, (SELECT min(label) FROM part)) AS deadline
  FROM clock c
), plan AS MATERIALIZED (
  SELECT t.*,
    CASE
      WHEN EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.scope = $2 AND k.route = $21 AND k.key_mac = $22
                   AND k.dies_at > from_epoch_ms(t.now)) THEN 'replayed'
      WHEN (SELECT is_gone FROM sender) IS NOT FALSE THEN 'session_ended'
      WHEN (SELECT is_suspended FROM sender) THEN 'suspended'
      WHEN EXISTS (SELECT 1 FROM fault) THEN (SELECT fault FROM fault)
      WHEN (SELECT ids FROM foreign_group) IS NOT NULL THEN 'group_unavailable'
      WHEN (SELECT ids FROM unavailable) IS NOT NULL THEN 'recipient_unavailable'
      WHEN (SELECT count(*) FROM audience WHERE NOT via_story) > ${MAX_RECIPIENTS} THEN 'too_many_recipients'
      WHEN $7::uuid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM answered) THEN 'reply_unavailable'
      WHEN (t.deadline + $10::bigint - 1) / $10::bigint * $10::bigint <> mortal_label(($1::uuid[])[1]) THEN 'label_moved'
      ELSE 'accepted'
    END AS verdict
  FROM timed t
), claim AS (
  INSERT INTO idempotency_keys (scope, route, key_mac, body_mac, result_id, dies_at)
  SELECT $2, $21, $22, $23, $24, greatest(from_epoch_ms(mortal_label($24)), from_epoch_ms(p.now) + interval '24 hours')
  FROM plan p WHERE p.verdict = 'accepted'
  ON CONFLICT ON CONSTRAINT pk_idempotency_keys DO UPDATE
    SET body_mac = excluded.body_mac, result_id = excluded.result_id, dies_at = excluded.dies_at
    WHERE idempotency_keys.dies_at <= flits_now()
  RETURNING 1
), snap AS (
  INSERT INTO mortal.snaps (id, sender_id, upload_id, kind, state, accepted_at, deadline, due_at, mode, view_seconds, loop, replays,
                            words, words_key, salt, unopened, story, unspread, in_reply_to, album_id, album_index, album_size)
  SELECT s.id, $2, s.upload_id, s.kind, CASE WHEN s.waits THEN 'waiting' ELSE 'sent' END, from_epoch_ms(p.now), from_epoch_ms(p.deadline),
         CASE WHEN p.deadline < coalesce(s.label, mortal_label(s.id)) THEN from_epoch_ms(p.deadline) END,
         coalesce($12, CASE WHEN s.kind IN ('photo', 'clip') AND $6 IS NULL THEN 'once' ELSE 'until_expiry' END),
         $13::smallint, $14, $15::smallint, s.words, s.words_key, s.salt, (SELECT count(*) FROM reached), $6,
         (SELECT array_agg(r.id) FROM reached r WHERE r.later), $7, $8, CASE WHEN $8::uuid IS NOT NULL THEN s.k - 1 END,
         CASE WHEN $8::uuid IS NOT NULL THEN cardinality($1::uuid[]) END
  FROM plan p JOIN claim ON true CROSS JOIN part s
  RETURNING id, upload_id, state, accepted_at, album_index
), used AS MATERIALIZED (
  SELECT use_upload(s.upload_id, s.id) FROM snap s WHERE s.upload_id IS NOT NULL
), delivered AS (
  INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left, group_id, via_story)
  SELECT s.id, r.id, $2, CASE WHEN s.state = 'waiting' THEN 'waiting' ELSE 'accepted' END, s.accepted_at, $15::smallint, r.group_id, r.via_story
  FROM snap s CROSS JOIN reached r WHERE NOT r.later AND (SELECT count(*) FROM used) >= 0
  RETURNING snap_id, recipient_id, state, via_story
), leaf AS (
  INSERT INTO ledger_outbox (subject, leaf) SELECT s.commitment, s.leaf FROM part s JOIN snap ON snap.id = s.id
), event AS MATERIALIZED (
  SELECT array_agg(e.owner ORDER BY e.k) AS owners, array_agg(e.type ORDER BY e.k) AS types, array_agg(e.ref ORDER BY e.k) AS refs,
         array_agg(e.actor ORDER BY e.k) AS actors
  FROM (
    SELECT $2::uuid AS owner, 'snap.sent' AS type, s.id AS ref, NULL::uuid AS actor, coalesce(s.album_index, 0) AS k FROM snap s
    UNION ALL
    SELECT d.recipient_id, CASE WHEN d.via_story THEN 'story.posted' ELSE 'snap.received' END, d.snap_id, $2, coalesce(s.album_index, 0)
    FROM delivered d JOIN snap s ON s.id = d.snap_id WHERE d.state <> 'waiting'
  ) AS e
), told AS MATERIALIZED (
  SELECT json_agg(w) AS written FROM event e CROSS JOIN LATERAL append_events(e.owners, e.types, e.refs, e.actors) AS w
  WHERE e.owners IS NOT NULL
)
SELECT p.verdict, p.now, p.deadline, EXISTS (SELECT 1 FROM snap) AS is_kept,
       (SELECT array_agg(s.k::int - 1) FROM part s WHERE s.fault = p.verdict) AS faulty,
       CASE p.verdict WHEN 'group_unavailable' THEN (SELECT ids FROM foreign_group) ELSE (SELECT ids FROM unavailable) END AS unavailable,
       EXISTS (SELECT 1 FROM reached WHERE later) AS spreads, t.written
FROM plan p CROSS JOIN told t`,
);
