import { RateLimiterMemory } from 'rate-limiter-flexible';
import { FlexibleLimiter, type LimiterOptions } from './flexible-limiter.js';

/** Counts in this process: right where there is one (role `all` without Redis). A restart forgets. */
export class MemoryLimiter extends FlexibleLimiter {
  constructor(options: LimiterOptions = {}) {
    super((settings) => new RateLimiterMemory(settings), nothing, options);
  }

  override check(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Memory is never away. */
function nothing(): void {}
