import type { Hearer } from './hearers.js';

/** One request that waits: for a hint, its time, its asker's patience, the end of its session or of this process. */
export class LongPoll implements Hearer {
  isOver = false;
  isSessionEnded = false;
  #hinted = 0;
  #wake?: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(
    waitMs: number,
    private readonly gone: AbortSignal,
  ) {
    this.#timer = setTimeout(this.end, waitMs);
    gone.addEventListener('abort', this.end);
    if (waitMs === 0 || gone.aborted) this.end();
  }

  hint(seq: number): void {
    this.#hinted = Math.max(this.#hinted, seq);
    this.#wake?.();
  }

  endSession(): void {
    this.isSessionEnded = true;
    this.end();
  }

  makeRoom(): void {
    this.end();
  }

  /** Resolves once it is over, or there is word of a number above `seq`, also of one that came before this call. */
  async beyond(seq: number): Promise<void> {
    while (!this.isOver && this.#hinted <= seq) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#hinted = 0; // One look a hint: a number that the log does not have must not be looked for again and again.
  }

  readonly end = (): void => {
    this.isOver = true;
    clearTimeout(this.#timer);
    this.gone.removeEventListener('abort', this.end);
    this.#wake?.();
  };
}
