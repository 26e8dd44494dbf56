import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedLog } from './embedded-error.js';
import type { Postmaster } from './postmaster.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Keeps one server running until it is told to stop: a server that ends by itself is started again, on the same port, so
 * that pools find it under the address they know. `stop` may come at any moment, also twice or in the middle of a restart.
 */
export class Supervisor {
  #current: Postmaster;
  #stopped: Promise<void> | undefined;
  readonly #watching: Promise<void>;

  constructor(
    first: Postmaster,
    private readonly startAgain: () => Promise<Postmaster>,
    private readonly log: EmbeddedLog,
  ) {
    this.#current = first;
    this.#watching = this.#watch();
  }

  get pid(): number {
    return this.#current.pid;
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  /** Up to its first await this runs at once, so `#stopped` is set before the watch can see the exit. */
  async #stop(): Promise<void> {
    await this.#current.stop();
    await this.#watching;
  }

  /** Asked anew after each wait: `stop` may have come meanwhile. */
  #isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  async #watch(): Promise<void> {
    for (;;) {
      await this.#current.exited;
      if (this.#isStopping()) return;
      this.log.warn('PostgreSQL ended by itself; starting it again.');
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        try {
          this.#current = await this.startAgain();
          if (this.#isStopping()) await this.#current.stop();
          break;
        } catch (error) {
          if (this.#isStopping()) return;
          this.log.warn(`PostgreSQL did not start again: ${(error as Error).message}`);
          await delay(pause, undefined, { ref: false });
          if (this.#isStopping()) return;
        }
      }
    }
  }
}
