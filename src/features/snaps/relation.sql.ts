/*
 * Scalar sub-selects where EXISTS would do: the planner may turn EXISTS into a hash of all of a person's friends or blocks, and
 * one row of an index is what is asked for.
 */

/** SQL: whether one of two people blocked the other. Nothing passes between them, and neither is told. */
export const isBlocked = (a: string, b: string): string => `(
  (SELECT true FROM blocks x WHERE x.person_id = ${a} AND x.blocked_id = ${b}) IS TRUE
  OR (SELECT true FROM blocks x WHERE x.person_id = ${b} AND x.blocked_id = ${a}) IS TRUE)`;

/** SQL */
export const isFriend = (a: string, b: string): string =>
  `(SELECT true FROM friendships x WHERE x.person_id = ${a} AND x.friend_id = ${b}) IS TRUE`;

/** SQL */
export const shareGroup = (a: string, b: string): string => `EXISTS (
  SELECT 1 FROM group_members x JOIN group_members y ON y.group_id = x.group_id AND y.person_id = ${b} AND y.state = 'member'
  WHERE x.person_id = ${a} AND x.state = 'member')`;

/**
 * SQL: whether the recipient of a delivery may still see what its sender sent, at this moment (R9); the one place that says so.
 * What came through a group is there for those two while both are in it, and were when it was sent; a story for friends; what
 * named its recipient for friends, or members of any group that both are in. A block ends all of it.
 * @param d alias of a row of `mortal.deliveries`
 */
export const isRelated = (d: string): string => `(
  NOT ${isBlocked(`${d}.recipient_id`, `${d}.sender_id`)}
  AND CASE
    WHEN ${d}.group_id IS NOT NULL THEN 2 = (
      SELECT count(*) FROM group_members m
      WHERE m.group_id = ${d}.group_id AND m.person_id IN (${d}.recipient_id, ${d}.sender_id) AND m.state = 'member' AND m.since <= ${d}.sent_at)
    WHEN ${isFriend(`${d}.recipient_id`, `${d}.sender_id`)} THEN true
    WHEN ${d}.via_story THEN false
    ELSE ${shareGroup(`${d}.recipient_id`, `${d}.sender_id`)}
  END)`;
