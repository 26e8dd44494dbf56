import { defineStatement } from '../../platform/database/index.js';
import type { Appended } from '../events/index.js';
import { dueByDeadline, viewsOverAt } from './due.sql.js';
import { isRelated } from './relation.sql.js';
import type { SnapKind, ViewMode } from './snap.states.js';

export type OpenVerdict =
  'granted' | 'again' | 'resumed' | 'replayed' | 'not_found' | 'expired' | 'erased' | 'lost' | 'already_opened' | 'key_reused';

export interface OpenRow {
  readonly verdict: OpenVerdict;
  readonly now: string;
  readonly sender_id: string;
  readonly deadline: Date;
  readonly mode: ViewMode;
  readonly kind: SnapKind;
  /** As this viewer has them: stretched, or `null` until closed. */
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
 * $1 snap id, $2 recipient, $3 device, $4 MAC of the Idempotency-Key, $5 whether a replay is asked for, $6 MAC of what is asked for.
 * The snap's row lock decides, taken by a statement before it: of any number of opens at once, one is `granted`.
 *
 * `tells`: whether the sender learns of it. Where either has receipts off, the delivery's state, which is what the sender sees,
 * stays as it was, nobody but the viewer's own devices hears of it, and the view does not count towards an early erasure, which
 * would tell as well. What was silent at first stays silent.
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
  SELECT u.* FROM snap CROSS JOIN LATERAL upload_of(snap.upload_id) AS u
), viewer AS MATERIALIZED (
  SELECT CASE v.view_time WHEN 'x5' THEN 5 WHEN 'as_sent' THEN 1 END AS stretch, v.opened_receipts AND coalesce(p.opened_receipts, true) AS tells
  FROM snap s JOIN people v ON v.id = $2 LEFT JOIN people p ON p.id = s.sender_id
), judged AS MATERIALIZED (
  SELECT c.now, s.mode, s.kind, s.deadline, s.view_seconds * v.stretch AS seconds, v.stretch,
    v.tells AND (d.opened_at IS NULL OR d.told OR d.state IN ('opened', 'replayed')) AS tells,
    CASE
      WHEN s.kind = 'photo' AND s.view_seconds * v.stretch IS NOT NULL THEN s.view_seconds * v.stretch + 120
      WHEN s.kind IN ('clip', 'voice') AND NOT s.loop AND v.stretch IS NOT NULL THEN u.duration_ms / 1000.0 * v.stretch + 120
      ELSE 600
    END * interval '1 second' AS lease,
    CASE
      WHEN d.state IN ('waiting', 'withdrawn') AND s.state <> 'erased' OR d.ended_at IS NOT NULL THEN 'not_found'
      -- A running view is not cut; everything else asks whether these two still have to do with each other.
      WHEN (s.mode = 'once' AND s.state = 'sent' AND d.closed_at IS NULL AND d.lease_until > c.now
                AND d.lease_device_id = $3 AND d.lease_key_mac = $4) IS NOT TRUE
        AND s.reason IS DISTINCT FROM 'account_ended'
        AND NOT ${isRelated('d')} THEN 'not_found'
      WHEN s.deadline <= c.now THEN 'expired'
      WHEN s.state = 'erased' AND s.reason = 'lost' THEN 'lost'
      WHEN s.state = 'erased' AND d.opened_at IS NOT NULL AND s.reason = 'opened' THEN 'already_opened'
      WHEN s.state <> 'sent' THEN 'erased'
      WHEN s.kind <> 'text' AND u.state IS DISTINCT FROM 'ready' THEN 'not_found'
      WHEN d.opened_at IS NULL THEN 'granted'
      WHEN d.lease_device_id = $3 AND d.lease_key_mac = $4 AND d.lease_body_mac <> $6 THEN 'key_reused'
      WHEN s.mode = 'until_expiry' THEN 'again'
      WHEN d.closed_at IS NULL AND d.lease_until > c.now AND d.lease_device_id = $3 AND d.lease_key_mac = $4 THEN 'resumed'
      WHEN $5 AND d.replays_left > 0 AND d.replay_until > c.now THEN 'replayed'
      ELSE 'already_opened'
    END AS verdict
  FROM delivery d CROSS JOIN snap s CROSS JOIN clock c CROSS JOIN viewer v LEFT JOIN upload u ON true
), view AS (
  UPDATE mortal.deliveries d SET
    state = CASE WHEN NOT j.tells OR d.state = 'screenshot' THEN d.state WHEN j.verdict = 'replayed' THEN 'replayed' ELSE 'opened' END,
    opened_at = coalesce(d.opened_at, j.now),
    told = d.told OR (j.verdict = 'granted' AND j.tells),
    lease_device_id = $3,
    lease_key_mac = $4,
    lease_body_mac = $6,
    lease_until = least(j.now + j.lease, j.deadline),
    replays_left = d.replays_left - (j.verdict = 'replayed')::int,
    replay_until = CASE WHEN d.replays_left - (j.verdict = 'replayed')::int > 0 THEN j.now + j.lease + interval '5 minutes' END,
    closed_at = NULL
  FROM judged j
  WHERE d.snap_id = $1 AND d.recipient_id = $2 AND j.verdict IN ('granted', 'replayed')
  RETURNING d.lease_until, d.replays_left,
    greatest(coalesce(d.replay_until, d.lease_until), ${viewsOverAt('$1', 'v.recipient_id = $2')}) AS final_at
), counted AS (
  UPDATE mortal.snaps s SET
    unopened = s.unopened - (j.verdict = 'granted' AND j.tells)::int,
    final_at = v.final_at,
    due_at = least(
      ${dueByDeadline('s')},
      CASE WHEN s.mode = 'once' AND s.unopened = (j.verdict = 'granted' AND j.tells)::int THEN v.final_at END)
  FROM judged j CROSS JOIN view v
  WHERE s.id = $1
), told AS MATERIALIZED (
  SELECT json_agg(e) AS written
  FROM judged j CROSS JOIN snap s CROSS JOIN delivery d
  CROSS JOIN LATERAL (SELECT CASE j.verdict WHEN 'granted' THEN 'snap.opened' ELSE 'snap.replayed' END AS type) AS own
  CROSS JOIN LATERAL append_events(
    CASE WHEN j.tells THEN ARRAY[s.sender_id, $2::uuid] ELSE ARRAY[$2::uuid] END,
    CASE WHEN j.tells THEN ARRAY[CASE WHEN d.via_story THEN 'story.viewed' ELSE own.type END, own.type] ELSE ARRAY[own.type] END,
    array_fill($1::uuid, ARRAY[1 + j.tells::int]), array_fill($2::uuid, ARRAY[1 + j.tells::int]),
    CASE WHEN j.tells THEN ARRAY[NULL, $3::uuid] ELSE ARRAY[$3::uuid] END) AS e
  WHERE j.verdict IN ('granted', 'replayed')
)
SELECT j.verdict, epoch_ms(j.now) AS now, s.sender_id, s.deadline, s.mode, s.kind, j.seconds AS view_seconds, s.loop, s.words, s.words_key,
       coalesce(v.lease_until, d.lease_until) AS lease_until, coalesce(v.replays_left, d.replays_left) AS replays_left,
       u.id AS upload_id, u.content_key, u.object_name, u.content_type, u.bytes, u.sha256, u.thumbhash, t.written
FROM judged j CROSS JOIN snap s CROSS JOIN delivery d CROSS JOIN told t LEFT JOIN view v ON true LEFT JOIN upload u ON true`,
  {
    name: 'snaps.open_lock',
    text: `
WITH snap AS MATERIALIZED (
  SELECT 1 FROM mortal.snaps WHERE id = $1 FOR UPDATE
)
SELECT 1 FROM mortal.deliveries WHERE snap_id = $1 AND recipient_id = $2 AND EXISTS (SELECT 1 FROM snap) FOR UPDATE`,
    values: 2,
  },
);
