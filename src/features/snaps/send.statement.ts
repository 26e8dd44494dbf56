import { defineStatement } from '../../platform/database/index.js';
import type { Appended } from '../events/index.js';
import { givenUpAt } from './due.sql.js';
import { MAX_RECIPIENTS } from './snaps.settings.js';
import { isBlocked, isFriend, shareGroup } from './relation.sql.js';

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

/** How far a send reaches: what differs between the two statements. */
interface Reach {
  /**
   * CTEs that end in `reached` (id, group_id, via_story, later, is_over): whoever is sent to, each once. Between two members of a
   * group who are blocked the delivery is over before it begins: its sender must not tell them from somebody who never looks.
   */
  readonly reached: string;
  /** SQL of when a delivery ended, of `reached r`. */
  readonly endedAt: string;
  /** WHENs of the verdict. */
  readonly refusals: string;
  /** SQL of what a snap's row says of its story. */
  readonly story: string;
  readonly unspread: string;
  readonly groups: string;
  readonly spreads: string;
}

const named: Reach = {
  reached: `reached AS MATERIALIZED (
  SELECT r AS id, NULL::uuid AS group_id, false AS via_story FROM unnest($4::uuid[]) AS r
)`,
  endedAt: 'NULL',
  refusals: '',
  story: 'NULL::text',
  unspread: 'NULL',
  groups: 'NULL::uuid[]',
  spreads: 'false',
};

const anybody: Reach = {
  reached: `foreign_group AS MATERIALIZED (
  SELECT array_agg(g) AS ids FROM unnest($23::uuid[]) AS g
  WHERE NOT EXISTS (SELECT 1 FROM group_members m WHERE m.group_id = g AND m.person_id = $2 AND m.state = 'member')
), audience AS MATERIALIZED (
  SELECT DISTINCT ON (a.id) a.id, a.group_id, a.via_story
  FROM (
    SELECT r AS id, NULL::uuid AS group_id, false AS via_story, 0 AS rank FROM unnest($4::uuid[]) AS r
    UNION ALL
    SELECT m.person_id, m.group_id, false, 1 FROM unnest($23::uuid[]) AS g JOIN group_members m ON m.group_id = g AND m.state = 'member'
    WHERE m.person_id <> $2
    UNION ALL
    SELECT f.friend_id, NULL, true, 2 FROM friendships f
    WHERE $24::text IS NOT NULL AND f.person_id = $2
      AND ($24 = 'friends' OR EXISTS (SELECT 1 FROM close_friends c WHERE c.person_id = $2 AND c.friend_id = f.friend_id))
  ) AS a
  ORDER BY a.id, a.rank, a.group_id
), reached AS MATERIALIZED (
  SELECT a.*, a.via_story AND (SELECT count(*) FROM audience) > ${MAX_RECIPIENTS} AS later,
    a.group_id IS NOT NULL AND ${isBlocked('$2', 'a.id')} AS is_over
  FROM audience a WHERE NOT a.via_story OR NOT ${isBlocked('$2', 'a.id')}
)`,
  endedAt: 'CASE WHEN r.is_over THEN s.accepted_at END',
  refusals: `WHEN (SELECT ids FROM foreign_group) IS NOT NULL THEN 'group_unavailable'
      WHEN (SELECT count(*) FROM audience WHERE NOT via_story) > ${MAX_RECIPIENTS} THEN 'too_many_recipients'`,
  story: '$24::text',
  unspread: '(SELECT array_agg(r.id) FROM reached r WHERE r.later)',
  groups: '(SELECT ids FROM foreign_group)',
  spreads: 'EXISTS (SELECT 1 FROM reached WHERE later)',
};

/**
 * One snap, or the parts of an album: $1 snap ids, $2 sender, $3 an upload id or null for each, $4 people named, $5 what it answers
 * or null, $6 album id or null, $7 ttl ms or null, $8 bucket ms, $9 longest life ms, $10 mode or null, $11 view seconds, $12 loop,
 * $13 replays; for each snap $14 words, $15 words key, $16 salt, $17 commitment, $18 ACCEPT leaf; $19 route, $20 key MAC,
 * $21 body MAC, $22 device. The first snap's album id, or its own id, stands for all of it in the idempotency record.
 *
 * All or nothing, in one autocommit round trip that locks in the one order: sender, uploads, snaps, deliveries, counters. Time is
 * read after the locks are held. Ids carry the label that the sender's process expected; where the database's clock has moved
 * on, nothing is written and the answer says so. Tables of friends, groups and media are read here, uploads marked as used.
 */
const sendStatement = ({ reached, endedAt, refusals, story, unspread, groups, spreads }: Reach): string => `
WITH sender AS MATERIALIZED (
  SELECT id, deleted_at IS NOT NULL AS is_gone, suspended_at IS NOT NULL AS is_suspended FROM people WHERE id = $2 FOR KEY SHARE
), upload AS MATERIALIZED (
  SELECT l.* FROM sender CROSS JOIN LATERAL lock_uploads(sender.id, $3::uuid[]) AS l WHERE ($3::uuid[])[1] IS NOT NULL
), clock AS MATERIALIZED (
  SELECT epoch_ms(flits_now()) AS now FROM (SELECT count(*) FROM upload) AS locked
), part AS MATERIALIZED (
  SELECT n.*, u.label, coalesce(u.kind, 'text') AS kind, coalesce(u.state = 'processing', false) AS waits,
    coalesce($10, CASE WHEN u.kind IN ('photo', 'clip') AND ${story} IS NULL THEN 'once' ELSE 'until_expiry' END) AS mode,
    CASE
      WHEN n.upload_id IS NULL THEN NULL
      WHEN u.id IS NULL THEN 'upload_not_found'
      WHEN u.snap_id IS NOT NULL THEN 'upload_used'
      WHEN u.state = 'erased' OR u.label <= (SELECT now FROM clock) THEN 'upload_expired'
      WHEN u.state = 'rejected' THEN 'upload_rejected'
      WHEN u.state = 'pending' THEN 'upload_pending'
    END AS fault
  FROM unnest($1::uuid[], $3::uuid[], $14::bytea[], $15::bytea[], $16::bytea[], $17::bytea[], $18::text[]) WITH ORDINALITY
    AS n(id, upload_id, words, words_key, salt, commitment, leaf, k)
  LEFT JOIN upload u ON u.id = n.upload_id
), timed AS MATERIALIZED (
  SELECT c.now, p.fault, least(c.now + $7::bigint, (c.now + $9::bigint) / $8::bigint * $8::bigint, p.label) AS deadline
  FROM clock c CROSS JOIN (
    -- What is merely pending is mended by completing it, so it is told last.
    SELECT min(label) AS label, coalesce(min(fault) FILTER (WHERE fault <> 'upload_pending'), min(fault)) AS fault FROM part) AS p
), unavailable AS MATERIALIZED (
  SELECT array_agg(r) AS ids FROM unnest($4::uuid[]) AS r
  WHERE r = $2 OR NOT (${isFriend('$2', 'r')} OR ${shareGroup('$2', 'r')}) OR ${isBlocked('$2', 'r')}
), ${reached}, plan AS MATERIALIZED (
  SELECT t.*,
    CASE
      WHEN EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.scope = $2 AND k.route = $19 AND k.key_mac = $20
                   AND k.dies_at > from_epoch_ms(t.now)) THEN 'replayed'
      WHEN (SELECT is_gone FROM sender) IS NOT FALSE THEN 'session_ended'
      WHEN (SELECT is_suspended FROM sender) THEN 'suspended'
      WHEN t.fault IS NOT NULL THEN t.fault
      WHEN (SELECT ids FROM unavailable) IS NOT NULL THEN 'recipient_unavailable'
      ${refusals}
      WHEN $5::uuid IS NOT NULL AND NOT was_sent($5, ($4::uuid[])[1], $2) THEN 'reply_unavailable'
      WHEN (t.deadline + $8::bigint - 1) / $8::bigint * $8::bigint <> mortal_label(($1::uuid[])[1]) THEN 'label_moved'
      ELSE 'accepted'
    END AS verdict
  FROM timed t
), claim AS (
  INSERT INTO idempotency_keys (scope, route, key_mac, body_mac, result_id, dies_at)
  SELECT $2, $19, $20, $21, coalesce($6, ($1::uuid[])[1]),
         greatest(from_epoch_ms(mortal_label(($1::uuid[])[1])), from_epoch_ms(p.now) + interval '24 hours')
  FROM plan p WHERE p.verdict = 'accepted'
  ON CONFLICT ON CONSTRAINT pk_idempotency_keys DO UPDATE
    SET body_mac = excluded.body_mac, result_id = excluded.result_id, dies_at = excluded.dies_at
    WHERE idempotency_keys.dies_at <= flits_now()
  RETURNING 1
), snap AS (
  INSERT INTO mortal.snaps (id, sender_id, upload_id, kind, state, accepted_at, deadline, due_at, mode, view_seconds, loop, replays,
                            words, words_key, salt, unopened, story, unspread, in_reply_to, album_id, album_index, album_size)
  SELECT s.id, $2, s.upload_id, s.kind, CASE WHEN s.waits THEN 'waiting' ELSE 'sent' END, from_epoch_ms(p.now), from_epoch_ms(p.deadline),
         CASE WHEN s.waits THEN ${givenUpAt('p.now', 'p.deadline')}
              WHEN p.deadline < coalesce(s.label, mortal_label(s.id)) THEN from_epoch_ms(p.deadline) END,
         s.mode, $11::smallint, $12, CASE s.mode WHEN 'once' THEN $13::smallint ELSE 0 END, s.words, s.words_key, s.salt, (SELECT count(*) FROM reached), ${story}, ${unspread}, $5, $6,
         CASE WHEN $6::uuid IS NOT NULL THEN s.k - 1 END, CASE WHEN $6::uuid IS NOT NULL THEN cardinality($1::uuid[]) END
  FROM plan p JOIN claim ON true CROSS JOIN part s
  RETURNING id, upload_id, state, accepted_at, replays
), used AS MATERIALIZED (
  SELECT use_upload(s.upload_id, s.id) FROM snap s WHERE s.upload_id IS NOT NULL
), delivered AS (
  INSERT INTO mortal.deliveries (snap_id, recipient_id, sender_id, state, sent_at, replays_left, group_id, via_story, ended_at)
  SELECT s.id, r.id, $2, CASE WHEN s.state = 'waiting' THEN 'waiting' ELSE 'accepted' END, s.accepted_at, s.replays, r.group_id, r.via_story, ${endedAt}
  FROM snap s CROSS JOIN reached r${spreads === 'false' ? '' : ' WHERE NOT r.later'}
  RETURNING snap_id, recipient_id, state, via_story, ended_at
), leaf AS (
  INSERT INTO ledger_outbox (subject, leaf) SELECT s.commitment, s.leaf FROM part s JOIN snap ON snap.id = s.id
), event AS MATERIALIZED (
  SELECT array_agg(e.owner) AS owners, array_agg(e.type) AS types, array_agg(e.ref) AS refs, array_agg(e.actor) AS actors,
    array_agg(e.device) AS devices
  FROM (
    SELECT $2::uuid AS owner, 'snap.sent' AS type, id AS ref, NULL::uuid AS actor, $22::uuid AS device FROM snap
    UNION ALL
    SELECT recipient_id, CASE WHEN via_story THEN 'story.posted' ELSE 'snap.received' END, snap_id, $2, NULL FROM delivered
    WHERE state <> 'waiting' AND ended_at IS NULL
  ) AS e
), told AS MATERIALIZED (
  -- Counting the used uploads makes their marking happen, and before the counters are locked.
  SELECT json_agg(w) AS written FROM event e CROSS JOIN LATERAL append_events(e.owners, e.types, e.refs, e.actors, e.devices) AS w
  WHERE e.owners IS NOT NULL AND (SELECT count(*) FROM used) >= 0
)
SELECT p.verdict, p.now, p.deadline, EXISTS (SELECT 1 FROM snap) AS is_kept,
       (SELECT array_agg(s.k::int - 1) FROM part s WHERE s.fault = p.verdict) AS faulty,
       CASE p.verdict WHEN 'group_unavailable' THEN ${groups} ELSE (SELECT ids FROM unavailable) END AS unavailable,
       ${spreads} AS spreads, t.written
FROM plan p CROSS JOIN told t`;

/** To people named: the everyday send, without the weight of what it does not use. */
export const sendToNamed = defineStatement<SendRow>('snaps.send', sendStatement(named));

/** To people, groups and a story at once: $23 groups, $24 `friends`, `close` or null. */
export const sendToAnybody = defineStatement<SendRow>('snaps.send_wide', sendStatement(anybody));
