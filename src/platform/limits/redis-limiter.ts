import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Secret } from '../config/index.js';
import type { Log } from '../observability/index.js';
import { closeRedis, connectRedis } from '../redis/index.js';
import { FlexibleLimiter, type LimiterOptions } from './flexible-limiter.js';

/** Counts in Redis, for all processes together. Keys expire with their window; losing them all forgives everybody once. */
export class RedisLimiter extends FlexibleLimiter {
  readonly #close: () => Promise<void>;

  constructor(url: Secret, log: Log, options: LimiterOptions = {}) {
    const client = connectRedis(url, { name: 'limits', failFast: true }, log);
    super((settings) => new RateLimiterRedis({ ...settings, storeClient: client }), options);
    this.#close = () => closeRedis(client);
  }

  override close(): Promise<void> {
    return this.#close();
  }
}
