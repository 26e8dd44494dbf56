import type { Log, Metrics } from '../observability/index.js';
import { Hearers } from './hearers.js';
import { Hints, type Hint } from './hints.js';

/** Hints within one process: everything runs here (role `all` without Redis). */
export class InProcessHints extends Hints {
  readonly #hearers: Hearers;

  constructor(log: Log, metrics: Metrics) {
    super();
    this.#hearers = new Hearers(log, metrics);
  }

  /** Listeners run after the announcer has gone on. */
  override publish(hints: readonly Hint[]): void {
    if (hints.length > 0) setImmediate(() => this.#hearers.tell(hints));
  }

  override subscribe(listener: (hint: Hint) => void): () => void {
    return this.#hearers.add(listener);
  }

  override check(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    this.#hearers.clear();
    return Promise.resolve();
  }
}
