import { performance } from 'node:perf_hooks';
import { Clock } from './clock.js';

/**
 * Learns the database's time and carries it forward on the monotonic clock, so that a node whose wall clock is a day off
 * hands out nothing wrong. Half the round trip is the error bound; `sync` is repeated because oscillators drift.
 */
export class DatabaseClock extends Clock {
  #learnt = Number.NaN;
  #at = 0;

  constructor(private readonly readDatabaseTime: () => Promise<number>) {
    super();
  }

  async sync(): Promise<void> {
    const before = performance.now();
    const learnt = await this.readDatabaseTime();
    this.#at = (before + performance.now()) / 2;
    this.#learnt = learnt;
  }

  override now(): number {
    if (Number.isNaN(this.#learnt)) throw new Error('the clock was read before its first sync');
    return Math.round(this.#learnt + performance.now() - this.#at);
  }
}
