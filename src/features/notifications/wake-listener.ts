import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Hints } from '../../platform/hints/index.js';
import { Log, sparingly } from '../../platform/observability/index.js';
import { PushSettings } from './notifications.settings.js';
import { WakeTimes } from './wake-times.js';

/** People in one statement; more wait for the next. */
const BATCH = 1000;
/** Beyond this hints are dropped: the sweep finds their people. */
const MAX_WAITING = 100_000;
const LOG_EVERY_MS = 30_000;

/**
 * Hears of new events in the worker, many at once. A hint that is lost, or that comes while the database is away, costs time
 * alone: the sweep compares the counters with what was looked at.
 */
@Injectable()
export class WakeListener implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #people = new Set<string>();
  #timer?: NodeJS.Timeout;
  #marking: Promise<void> = Promise.resolve();
  #unsubscribe?: () => void;
  readonly #complain: (error: unknown) => void;

  constructor(
    private readonly hints: Hints,
    private readonly times: WakeTimes,
    private readonly settings: PushSettings,
    log: Log,
  ) {
    this.#complain = sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'wake-ups have to wait for the sweep'));
  }

  onApplicationBootstrap(): void {
    this.#unsubscribe = this.hints.subscribe((hint) => {
      if (hint.kind !== 'events' || this.#people.size >= MAX_WAITING) return;
      this.#people.add(hint.personId);
      this.#timer ??= setTimeout(() => this.#flush(), this.settings.gatherMs);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
    // What waits is found by the sweep of another worker.
    this.#people.clear();
    await this.#marking;
  }

  #flush(): void {
    this.#marking = this.#mark().then(() => {
      this.#timer = this.#people.size > 0 ? setTimeout(() => this.#flush(), this.settings.gatherMs) : undefined;
    });
  }

  /** Never rejects. */
  async #mark(): Promise<void> {
    const people = [...this.#people].slice(0, BATCH);
    for (const person of people) this.#people.delete(person);
    await this.times.mark(people).catch(this.#complain);
  }
}
