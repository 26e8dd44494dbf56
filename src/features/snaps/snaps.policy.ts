import type { Config } from '../../platform/config/index.js';
import { SnapErrors } from './snaps.errors.js';

/** The least life a sender may ask for: one minute, or the whole ceiling where that is less (tests). */
export function leastTtlSeconds(config: Config): number {
  return Math.min(60, config.SNAP_TTL_SECONDS);
}

/** @throws Fault `ttl_out_of_range` */
export function checkTtl(ttlSeconds: number | undefined, config: Config): void {
  if (ttlSeconds === undefined) return;
  const least = leastTtlSeconds(config);
  const isFit = Number.isInteger(ttlSeconds) && ttlSeconds >= least && ttlSeconds <= config.SNAP_TTL_SECONDS;
  if (!isFit) throw SnapErrors.ttlOutOfRange(least, config.SNAP_TTL_SECONDS);
}
