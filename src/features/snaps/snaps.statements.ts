import { defineStatement } from '../../platform/database/index.js';
import type { Appended } from '../events/index.js';
import type { SnapKind, ViewMode } from './snap.states.js';

/**
 * The two statements on which everything hangs. Each is one autocommit round trip and locks in the one order: sender,
 * upload, snap, delivery, counters. Time is read after the locks are held. Tables `mortal.uploads` (of media) is read and marked here.
 */

export type SendVerdict =
  | 'accepted'
  | 'replayed'
  | 'sender_gone'
  | 'upload_not_found'
  | 'upload_used'
  | 'upload_pending'
  | 'upload_rejected'
  | 'upload_expired'
  | 'recipient_unavailable'
  | 'label_moved';

export interface SendRow {
  readonly verdict: SendVerdict;
  /** ms since the epoch */
  readonly now: string;
  readonly deadline: string;
  readonly is_kept: boolean;
  readonly unavailable: string[] | null;
  readonly written: Appended[] | null;
}

/**
 * $1 snap id, $2 sender, $3 upload id or null, $4 recipients, $5 ttl ms or null, $6 bucket ms, $7 longest life ms, $8 mode or
 * null, $9 view seconds, $10 loop, $11 replays, $12 words, $13 words key, $14 salt, $15 commitment, $16 ACCEPT leaf,
 * $17 route, $18 key MAC, $19 body MAC.
 *
 * The id carries the label that the sender's process expected; where the database's clock has moved on, nothing is written
 * and the answer says so.
 */
export const sendSnap = defineStatement<SendRow>(
  'snaps.send',
  `
WITH sender AS MATERIALIZED (
  -- Held until commit: an account that ends or is suspended waits for this send, or this send finds it gone.
  SELECT p.id FROM people p WHERE p.id = $2 AND p.deleted_at IS NULL AND p.suspended_at IS NULL FOR KEY SHARE
), upload AS MATERIALIZED (
  SELECT u.id, u.kind, u.state, u.snap_id, mortal_label(u.id) AS label
  FROM mortal.uploads u WHERE u.id = $3 AND u.owner_id = (SELECT id FROM sender) FOR UPDATE
), clock AS MATERIALIZED (
  SELECT epoch_ms(flits_now()) AS now FROM (SELECT count(*) FROM sender) AS admitted, (SELECT count(*) FROM upload) AS locked
), unavailable AS MATERIALIZED (
  SELECT array_agg(r) AS ids FROM unnest($4::uuid[]) AS r
  WHERE NOT EXISTS (SELECT 1 FROM friendships f WHERE f.person_id = $2 AND f.friend_id = r)
), timed AS MATERIALIZED (
  SELECT c.now, u.kind, u.state, u.label, u.snap_id, u.id AS upload_id, x.ids AS unavailable,
         least(c.now + $5::bigint, (c.now + $7::bigint) / $6::bigint * $6::bigint, u.label) AS deadline
  FROM clock c CROSS JOIN unavailable x LEFT JOIN upload u ON true
), plan AS MATERIALIZED (
  SELECT t.*, coalesce(t.kind, 'text') AS snap_kind, coalesce(t.state = 'processing', false) AS waits,
    CASE
      WHEN EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.scope = $2 AND k.route = $17 AND k.key_mac = $18
                   AND k.dies_at > from_epoch_ms(t.now)) THEN 'replayed'
      WHEN NOT EXISTS (SELECT 1 FROM sender) THEN 'sender_gone'
      WHEN $3::uuid IS NOT NULL AND t.upload_id IS NULL THEN 'upload_not_found'
      WHEN t.snap_id IS NOT NULL THEN 'upload_used'
      WHEN t.state = 'erased' OR t.deadline <= t.now THEN 'upload_expired'
      WHEN t.state = 'rejected' THEN 'upload_rejected'
      WHEN t.state = 'pending' THEN 'upload_pending'
      WHEN t.unavailable IS NOT NULL THEN 'recipient_unavailable'
      WHEN (t.deadline + $6::bigint - 1) / $6::bigint * $6::bigint <> mortal_label($1) THEN 'label_moved'
      ELSE 'accepted'
    END AS verdict
  FROM timed t
), claim AS (
  INSERT INTO idempotency_keys (scope, route, key_mac, body_mac, result_id, dies_at)
  SELECT $2, $17, $18, $19, $1, greatest(from_epoch_ms(mortal_label($1)), from_epoch_ms(p.now) + interval '24 hours')
  FROM plan p WHERE p.verdict = 'accepted'
  ON CONFLICT ON CONSTRAINT pk_idempotency_keys DO UPDATE
    SET body_mac = excluded.body_mac, result_id = excluded.result_id, dies_at = excluded.dies_at
    WHERE idempotency_keys.dies_at <= flits_now()
  RETURNING 1
), snap AS (
  INSERT INTO mortal.snaps (id, sender_id, upload_id, kind, state, accepted_at, deadline, due_at, mode, view_seconds, loop, replays,
                            words, words_key, salt, unopened)
  SELECT $1, $2, $3, p.snap_kind, CASE WHEN p.waits THEN 'waiting' ELSE 'sent' END, from_epoch_ms(p.now), from_epoch_ms(p.deadline),
         CASE WHEN p.deadline < coalesce(p.label, mortal_label($1)) THEN from_epoch_ms(p.deadline) END,
         coalesce($8, CASE WHEN p.snap_kind IN ('photo', 'clip') THEN 'once' ELSE 'until_expiry' END),
         $9::smallint, $10, $11::smallint, $12::bytea, $13::bytea, $14::bytea, cardinality($4::uuid[])
  FROM plan p JOIN claim ON true
  RETURNING accepted_at
), used AS (
  UPDATE mortal.uploads u SET snap_id = $1, unused_until = NULL FROM snap WHERE u.id = $3
), delivered AS (
  INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left)
  SELECT $1, r, $2, CASE WHEN p.waits THEN 'waiting' ELSE 'accepted' END, s.accepted_at, $11::smallint
  FROM snap s CROSS JOIN plan p CROSS JOIN unnest($4::uuid[]) AS r
), leaf AS (
  INSERT INTO ledger_outbox (subject, leaf) SELECT $15::bytea, $16 FROM snap
), told AS MATERIALIZED (
  SELECT json_agg(e) AS written
  FROM snap CROSS JOIN plan p
  CROSS JOIN LATERAL (SELECT CASE WHEN p.waits THEN '{}'::uuid[] ELSE $4::uuid[] END AS ids) AS reached
  CROSS JOIN LATERAL append_events(
    $2::uuid || reached.ids,
    'snap.sent'::text || array_fill('snap.received'::text, ARRAY[cardinality(reached.ids)]),
    array_fill($1::uuid, ARRAY[1 + cardinality(reached.ids)]),
    NULL::uuid || array_fill($2::uuid, ARRAY[cardinality(reached.ids)])) AS e
)
SELECT p.verdict, p.now, p.deadline, EXISTS (SELECT 1 FROM snap) AS is_kept, p.unavailable, t.written
FROM plan p CROSS JOIN told t`,
);

export type OpenVerdict = 'granted' | 'again' | 'resumed' | 'replayed' | 'not_found' | 'expired' | 'erased' | 'lost' | 'already_opened';

export interface OpenRow {
  readonly verdict: OpenVerdict;
  readonly now: string;
  readonly sender_id: string;
  readonly deadline: Date;
  readonly mode: ViewMode;
  readonly kind: SnapKind;
  readonly view_seconds: number | null;
  readonly loop: boolean;
  readonly words: Buffer | null;
  readonly words_key: Buffer | null;
  readonly lease_until: Date | null;
  readonly replays_left: number;
  readonly upload_id: string | null;
  readonly content_key: Buffer | null;
  readonly object_name: string | null;
  readonly content_type: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly thumbhash: Buffer | null;
  readonly written: Appended[] | null;
}

/**
 * $1 snap id, $2 recipient, $3 device, $4 MAC of the Idempotency-Key, $5 whether a replay is asked for. The snap's row lock
 * decides: of any number of opens at once, one is `granted`.
 */
export const openSnap = defineStatement<OpenRow>(
  'snaps.open',
  `
WITH snap AS MATERIALIZED (
  SELECT * FROM mortal.snaps WHERE id = $1 FOR UPDATE
), delivery AS MATERIALIZED (
  SELECT * FROM mortal.deliveries WHERE snap_id = $1 AND recipient_id = $2 AND EXISTS (SELECT 1 FROM snap) FOR UPDATE
), clock AS MATERIALIZED (
  SELECT flits_now() AS now FROM (SELECT count(*) FROM delivery) AS locked
), upload AS MATERIALIZED (
  SELECT * FROM mortal.uploads WHERE id = (SELECT upload_id FROM snap)
), judged AS MATERIALIZED (
  SELECT c.now, s.mode, s.kind, s.deadline,
    CASE
      WHEN s.kind = 'photo' AND s.view_seconds IS NOT NULL THEN s.view_seconds + 120
      WHEN s.kind IN ('clip', 'voice') AND NOT s.loop THEN u.duration_ms / 1000.0 + 120
      ELSE 600
    END * interval '1 second' AS lease,
    CASE
      WHEN d.state IN ('waiting', 'withdrawn') AND s.state <> 'erased' OR d.ended_at IS NOT NULL THEN 'not_found'
      WHEN s.deadline <= c.now THEN 'expired'
      WHEN s.state = 'erased' AND s.reason = 'lost' THEN 'lost'
      WHEN s.state = 'erased' AND d.opened_at IS NOT NULL AND s.reason = 'opened' THEN 'already_opened'
      WHEN s.state <> 'sent' THEN 'erased'
      WHEN s.kind <> 'text' AND u.state IS DISTINCT FROM 'ready' THEN 'not_found'
      WHEN (d.opened_at IS NULL OR s.mode = 'until_expiry')
        AND NOT EXISTS (SELECT 1 FROM friendships f WHERE f.person_id = $2 AND f.friend_id = s.sender_id) THEN 'not_found'
      WHEN d.opened_at IS NULL THEN 'granted'
      WHEN s.mode = 'until_expiry' THEN 'again'
      WHEN d.closed_at IS NULL AND d.lease_until > c.now AND d.lease_device_id = $3 AND d.lease_key_mac = $4 THEN 'resumed'
      WHEN $5 AND d.replays_left > 0 AND d.replay_until > c.now THEN 'replayed'
      ELSE 'already_opened'
    END AS verdict
  FROM delivery d CROSS JOIN snap s CROSS JOIN clock c LEFT JOIN upload u ON true
), view AS (
  UPDATE mortal.deliveries d SET
    state = CASE j.verdict WHEN 'replayed' THEN 'replayed' ELSE 'opened' END,
    opened_at = coalesce(d.opened_at, j.now),
    lease_device_id = $3,
    lease_key_mac = $4,
    lease_until = least(j.now + j.lease, j.deadline),
    replays_left = d.replays_left - (j.verdict = 'replayed')::int,
    replay_until = CASE WHEN d.replays_left - (j.verdict = 'replayed')::int > 0 THEN j.now + j.lease + interval '5 minutes' END,
    closed_at = NULL
  FROM judged j
  WHERE d.snap_id = $1 AND d.recipient_id = $2 AND j.verdict IN ('granted', 'replayed')
  RETURNING d.lease_until, d.replays_left, coalesce(d.replay_until, d.lease_until) AS final_at
), counted AS (
  UPDATE mortal.snaps s SET
    unopened = s.unopened - (j.verdict = 'granted')::int,
    final_at = greatest(s.final_at, v.final_at),
    due_at = least(
      CASE WHEN epoch_ms(s.deadline) < mortal_label(coalesce(s.upload_id, s.id)) THEN s.deadline END,
      CASE WHEN s.mode = 'once' AND s.unopened = (j.verdict = 'granted')::int THEN greatest(s.final_at, v.final_at) END)
  FROM judged j CROSS JOIN view v
  WHERE s.id = $1
), told AS MATERIALIZED (
  SELECT json_agg(e) AS written
  FROM judged j CROSS JOIN snap s
  CROSS JOIN LATERAL append_events(
    ARRAY[s.sender_id, $2::uuid],
    CASE j.verdict WHEN 'granted' THEN ARRAY['snap.opened', 'snap.opened'] ELSE ARRAY['snap.replayed', 'snap.replayed'] END,
    ARRAY[$1::uuid, $1::uuid], ARRAY[$2::uuid, $2::uuid]) AS e
  WHERE j.verdict IN ('granted', 'replayed')
)
SELECT j.verdict, epoch_ms(j.now) AS now, s.sender_id, s.deadline, s.mode, s.kind, s.view_seconds, s.loop, s.words, s.words_key,
       coalesce(v.lease_until, d.lease_until) AS lease_until, coalesce(v.replays_left, d.replays_left) AS replays_left,
       u.id AS upload_id, u.content_key, u.object_name, u.content_type, u.bytes, u.sha256, u.thumbhash, t.written
FROM judged j CROSS JOIN snap s CROSS JOIN delivery d CROSS JOIN told t LEFT JOIN view v ON true LEFT JOIN upload u ON true`,
);
