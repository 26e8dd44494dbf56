import type { Log, Metrics } from '../observability/index.js';
import { Hints, type Hint } from './hints.js';

/** Hints within one process: everything runs here (role `all` without Redis). */
export class InProcessHints extends Hints {
  readonly #listeners = new Set<(hint: Hint) => void>();

  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  /** Listeners run after the announcer has gone on. */
  override publish(hints: readonly Hint[]): void {
    if (hints.length > 0) setImmediate(() => hints.forEach((hint) => this.#tell(hint)));
  }

  override subscribe(listener: (hint: Hint) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  override close(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  #tell(hint: Hint): void {
    for (const listener of this.#listeners) {
      try {
        listener(hint);
      } catch (error) {
        this.metrics.hintsDropped.inc({ reason: 'listener' });
        this.log.error({ err: error }, 'a hearer of hints threw');
      }
    }
  }
}
