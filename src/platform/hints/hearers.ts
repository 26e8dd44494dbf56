import { sparingly, type Log, type Metrics } from '../observability/index.js';
import type { Hint } from './hints.js';

const LOG_EVERY_MS = 5000;

/** Who listens in this process. One that throws is counted and keeps no other from hearing. */
export class Hearers {
  readonly #listeners = new Set<(hint: Hint) => void>();
  readonly #report: (error: unknown) => void;

  constructor(
    log: Log,
    private readonly metrics: Metrics,
  ) {
    this.#report = sparingly(LOG_EVERY_MS, (err, suppressed) => log.error({ err, suppressed }, 'a hearer of hints threw'));
  }

  add(listener: (hint: Hint) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  tell(hints: readonly Hint[]): void {
    for (const hint of hints) {
      for (const listener of this.#listeners) {
        try {
          listener(hint);
        } catch (error) {
          this.metrics.hintsDropped.inc({ reason: 'listener' });
          this.#report(error);
        }
      }
    }
  }
}
