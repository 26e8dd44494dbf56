import type { LimitName } from './limits.table.js';

/** Counts what people and addresses do. Adapters: in memory (one process), Redis. */
export abstract class Limiter {
  /**
   * Takes one from a budget. @param key whose: a person's id, an address, a handle; never stored as it is
   * @throws Fault `rate_limited` with the seconds to wait; `unavailable` where the counting is away and the limit fails closed
   */
  abstract consume(limit: LimitName, key: string): Promise<void>;
  /** Gives one back that turned out not to count. Never rejects: what is not given back is only lost until its window ends. */
  abstract giveBack(limit: LimitName, key: string): Promise<void>;
  /** Rejects where nothing can be counted now. */
  abstract check(): Promise<void>;
  abstract close(): Promise<void>;
}
