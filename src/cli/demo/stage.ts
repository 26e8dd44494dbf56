import { setTimeout as delay } from 'node:timers/promises';
import { Disappointment } from './disappointment.js';

export interface Step {
  readonly words: string;
  readonly ms: number;
  readonly outcome?: string;
}

/** Where the demo tells its story, step by step, and what it told. */
export class Stage {
  readonly steps: Step[] = [];
  #current?: string;

  /** @param tell prints a line @param count prints what changes in place, where somebody is watching */
  constructor(
    readonly tell: (line: string) => void,
    private readonly count: (words: string) => void,
  ) {}

  /** The step under way, for the sentence that is said when it goes wrong. */
  get current(): string | undefined {
    return this.#current;
  }

  /** A line without a time of its own, below the step it belongs to. */
  note(words: string): void {
    this.tell(`             ${words}`);
  }

  /**
   * Does `work` and tells what it was and how long it took.
   * @param outcome what to say of the result, behind the words
   */
  async step<T>(words: string, work: () => T | Promise<T>, outcome: (result: Awaited<T>) => string | undefined = () => undefined) {
    this.#current = words;
    const started = performance.now();
    const result = await work();
    const ms = Math.round(performance.now() - started);
    const more = outcome(result);
    this.steps.push({ words, ms, ...(more !== undefined && { outcome: more }) });
    this.tell(`${String(ms).padStart(8)} ms  ${words}${more === undefined ? '' : `: ${more}`}`);
    return result;
  }

  /** Asks every 250 ms until the answer is yes. @throws Disappointment when the time is up */
  async until(what: string, seconds: number, ask: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (!(await ask())) {
      if (performance.now() > end) throw new Disappointment(`${what} did not happen within ${seconds} s.`);
      await delay(250);
    }
  }

  /** Waits `ms`, counting down. */
  async wait(ms: number, words: string): Promise<void> {
    this.#current = words;
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) {
      this.count(`${String(Math.ceil(left / 1000)).padStart(8)} s   ${words}`);
      await delay(Math.min(left, 1000));
    }
    this.count('');
  }
}
