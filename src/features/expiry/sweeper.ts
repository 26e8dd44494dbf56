import { Injectable } from '@nestjs/common';
import { Log, Metrics } from '../../platform/observability/index.js';

/** Finds rows whose work was lost or is due, and does it or puts it in the queue. Idempotent; several workers at once. */
export interface SweepTask {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What makes "gone" true even when every queue is empty: each task starts from rows. One that fails is logged and holds up
 * no other; a sweep that outlasts its turn is not started twice.
 */
@Injectable()
export class Sweeper {
  readonly #tasks: SweepTask[] = [];
  #sweeping?: Promise<void>;

  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  register(task: SweepTask): void {
    this.#tasks.push(task);
  }

  sweep(): Promise<void> {
    this.#sweeping ??= this.#run().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  /** Resolves when no sweep is running. */
  async idle(): Promise<void> {
    await this.#sweeping;
  }

  async #run(): Promise<void> {
    const done = this.metrics.sweepDuration.startTimer();
    for (const task of this.#tasks) {
      await task
        .run()
        .catch((error: unknown) => this.log.error({ err: error, task: task.name }, 'a sweep failed; the next one tries again'));
    }
    done();
  }
}
