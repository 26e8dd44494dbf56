/** A snap whose upload is still not ready so long before its deadline is given up. */
const GIVEN_UP_BEFORE_MS = 60_000;

/**
 * SQL: when a snap falls due where no view ends it: at its deadline, where its hour, or its upload's, ends later.
 * @param s alias of a row of `mortal.snaps`
 */
export const dueByDeadline = (s: string): string =>
  `CASE WHEN epoch_ms(${s}.deadline) < mortal_label(coalesce(${s}.upload_id, ${s}.id)) THEN ${s}.deadline END`;

/**
 * SQL: when a snap that waits falls due: a minute before its deadline, or a tenth of its life. The event that tells its sender
 * dies with the snap's hour, so it must be written before.
 * @param now ms since the epoch; @param deadline ms since the epoch
 */
export const givenUpAt = (now: string, deadline: string): string =>
  `from_epoch_ms(${deadline} - least(${GIVEN_UP_BEFORE_MS}, (${deadline} - ${now}) / 10))`;

/**
 * SQL: when the last view granted so far is over, a replay that may still be asked for included; NULL before the first.
 * @param snapId SQL; @param but SQL over `v`, rows of `mortal.deliveries`: which of them are left out
 */
export const viewsOverAt = (snapId: string, but = 'false'): string => `(
  SELECT max(coalesce(v.replay_until, CASE WHEN v.closed_at IS NULL THEN v.lease_until ELSE v.closed_at END))
  FROM mortal.deliveries v WHERE v.snap_id = ${snapId} AND v.opened_at IS NOT NULL AND NOT ${but})`;
