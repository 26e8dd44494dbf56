import type { Config } from '../../platform/config/index.js';
import { Fault } from '../../platform/faults/index.js';

const LEAST_SECONDS = 60;

type Rules = Pick<Config, 'SNAP_TTL_SECONDS'>;

/** The shortest life a sender may ask for, in seconds: one minute, or the whole ceiling where that is less (tests). */
export function leastTtlSeconds({ SNAP_TTL_SECONDS }: Rules): number {
  return Math.min(LEAST_SECONDS, SNAP_TTL_SECONDS);
}

/**
 * A `ttl_seconds` of a request, for uploads and snaps alike: whole seconds, never beyond the ceiling.
 * @throws Fault `ttl_out_of_range`
 */
export function checkTtl(ttlSeconds: number | undefined, rules: Rules): void {
  const least = leastTtlSeconds(rules);
  const most = rules.SNAP_TTL_SECONDS;
  if (ttlSeconds === undefined || (Number.isInteger(ttlSeconds) && ttlSeconds >= least && ttlSeconds <= most)) return;
  const message = `must be a whole number from ${least} to ${most}`;
  throw new Fault('ttl_out_of_range', `ttl_seconds ${message}.`, { errors: [{ pointer: '/ttl_seconds', code: 'out_of_range', message }] });
}
