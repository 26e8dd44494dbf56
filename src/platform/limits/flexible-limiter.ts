import { createHmac } from 'node:crypto';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { Fault } from '../faults/index.js';
import { Limiter } from './limiter.js';
import { limits, type LimitName, type LimitRule } from './limits.table.js';

const DAY_SECONDS = 86_400;
const AWAY_RETRY_SECONDS = 5;

export interface LimiterOptions {
  /** Multiplies every capacity: tests and benches. */
  readonly scale?: number;
  /**
   * Keys the hash of what is counted, the same in all processes: addresses are so few that a bare hash of one is undone by
   * trying them all.
   */
  readonly hashKey?: Buffer;
}

export interface CounterSettings {
  readonly keyPrefix: string;
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/**
 * What both adapters share: counters of fixed windows that start with the first call, keys hashed, and what a refusal or
 * an outage means. A refused call is counted but prolongs nothing.
 */
export abstract class FlexibleLimiter extends Limiter {
  readonly #counters: ReadonlyMap<LimitName, readonly RateLimiterAbstract[]>;
  readonly #hashKey: Buffer;

  /** @param away hears why something could not be counted */
  constructor(
    make: (settings: CounterSettings) => RateLimiterAbstract,
    private readonly away: (error: unknown) => void,
    { scale = 1, hashKey = Buffer.alloc(0) }: LimiterOptions,
  ) {
    super();
    this.#hashKey = hashKey;
    const counter = (name: string, points: number, seconds: number) =>
      make({ keyPrefix: `flits:limit:${name}`, points: Math.max(1, Math.round(points * scale)), duration: seconds });
    this.#counters = new Map(
      Object.entries<LimitRule>(limits).map(([name, { points, seconds, perDay }]) => [
        name as LimitName,
        [counter(name, points, seconds), ...(perDay === undefined ? [] : [counter(`${name}:day`, perDay, DAY_SECONDS)])],
      ]),
    );
  }

  override async consume(limit: LimitName, key: string): Promise<void> {
    const hashed = this.#hash(key);
    for (const counter of this.#counters.get(limit) ?? []) await this.#take(counter, limit, hashed);
  }

  override async giveBack(limit: LimitName, key: string): Promise<void> {
    const hashed = this.#hash(key);
    for (const counter of this.#counters.get(limit) ?? []) {
      try {
        await counter.reward(hashed);
      } catch (error) {
        this.away(error);
      }
    }
  }

  #hash(key: string): string {
    return createHmac('sha256', this.#hashKey).update(key).digest('base64url').slice(0, 22); // 132 bits
  }

  async #take(counter: RateLimiterAbstract, limit: LimitName, key: string): Promise<void> {
    try {
      await counter.consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) {
        const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new Fault('rate_limited', `Too many requests of this kind; the next one is welcome in ${retryAfterSeconds} s.`, {
          retryAfterSeconds,
        });
      }
      this.away(error);
      if (limits[limit].fail === 'closed')
        throw new Fault('unavailable', 'This cannot be done just now.', { retryAfterSeconds: AWAY_RETRY_SECONDS });
    }
  }
}
