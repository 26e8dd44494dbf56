import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Secret } from '../config/index.js';
import { sparingly, type Log } from '../observability/index.js';
import { closeRedis, connectRedis } from '../redis/index.js';
import { FlexibleLimiter, type LimiterOptions } from './flexible-limiter.js';

const LOG_EVERY_MS = 5000;

/**
 * Counts in Redis, for all processes together, keys `flits:limit:<name>:<hash>`. They expire with their window; losing them
 * all forgives everybody once. A Redis that is away answers at once or within half a second, never later.
 */
export class RedisLimiter extends FlexibleLimiter {
  readonly #check: () => Promise<void>;
  readonly #close: () => Promise<void>;

  constructor(url: Secret, log: Log, options: LimiterOptions = {}) {
    const client = connectRedis(url, { name: 'limits', failFast: true }, log);
    const away = sparingly(LOG_EVERY_MS, (err, suppressed) =>
      log.warn({ err, suppressed }, 'limits cannot be counted: open ones pass, closed ones refuse'),
    );
    super((settings) => new RateLimiterRedis({ ...settings, storeClient: client }), away, options);
    this.#check = async () => void (await client.ping());
    this.#close = () => closeRedis(client);
  }

  override check(): Promise<void> {
    return this.#check();
  }

  override close(): Promise<void> {
    return this.#close();
  }
}
