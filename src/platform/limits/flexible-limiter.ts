import { createHash } from 'node:crypto';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { Fault } from '../faults/index.js';
import { Limiter } from './limiter.js';
import { limits, type LimitName, type LimitRule } from './limits.table.js';

const AWAY_RETRY_SECONDS = 5;

export interface LimiterOptions {
  /** Multiplies every capacity: load tests. */
  readonly scale?: number;
}

/** What both adapters share: one counter a limit, keys hashed, and what a refusal or an outage means. */
export abstract class FlexibleLimiter extends Limiter {
  readonly #counters: ReadonlyMap<LimitName, RateLimiterAbstract>;

  constructor(make: (settings: { keyPrefix: string; points: number; duration: number }) => RateLimiterAbstract, { scale = 1 }: LimiterOptions = {}) {
    super();
    const entries = Object.entries(limits) as [LimitName, LimitRule][];
    this.#counters = new Map(
      entries.map(([name, { points, seconds }]) => [name, make({ keyPrefix: `{flits}:limit:${name}`, points: points * scale, duration: seconds })]),
    );
  }

  override async consume(limit: LimitName, key: string): Promise<void> {
    try {
      await this.#counters.get(limit)?.consume(createHash('sha256').update(key).digest('base64url'));
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new Fault('rate_limited', `Too many requests of this kind; the next one is welcome in ${retryAfterSeconds} s.`, { retryAfterSeconds });
      }
      if (limits[limit].fail === 'closed') throw new Fault('unavailable', 'This cannot be done just now.', { retryAfterSeconds: AWAY_RETRY_SECONDS });
    }
  }
}
