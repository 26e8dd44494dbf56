import type { Hours } from '../../../platform/ids/index.js';

/**
 * Longer than a statement may take (30 s, platform/database): by a bucket's cut, everything accepted in its hour is committed.
 * Buckets below two minutes are for tests and give a quarter of themselves.
 */
const GRACE_MS = 35_000;

export function graceOf(hours: Hours): number {
  return Math.min(GRACE_MS, Math.floor(hours.bucketMs / 4));
}

/** The latest cut at or before `now`: the end of an hour and the grace. What was written before it is published as one batch. */
export function lastCut(hours: Hours, now: number): number {
  const grace = graceOf(hours);
  return hours.floor(now - grace) + grace;
}
