import { Injectable } from '@nestjs/common';
import { Log, Metrics } from '../../platform/observability/index.js';
import { SweepTurns, type SweepFindings } from './sweep-turns.js';

/** Finds rows whose work was lost or is due, and does it or puts it in the queue. Idempotent; several workers at once. */
export interface SweepTask {
  readonly name: string;
  /** Too dear for every sweep: one worker does it, so often. */
  readonly everySeconds?: number;
  run(): Promise<void>;
}

/**
 * What makes "gone" true even when every queue is empty: each task starts from rows. Tasks run side by side, so that one that
 * waits (a store that is away) or fails holds up no other; one that outlasts its turn is not started twice.
 */
@Injectable()
export class Sweeper {
  readonly #tasks: SweepTask[] = [];
  readonly #running = new Map<SweepTask, Promise<void>>();

  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly turns: SweepTurns,
  ) {}

  register(task: SweepTask): void {
    this.#tasks.push(task);
  }

  /** What a task that takes turns found in this one, in numbers, for operators to see. */
  record(name: string, found: SweepFindings): Promise<void> {
    return this.turns.end(name, found);
  }

  /** Resolves when every task has run through, or what was still running of it has. */
  async sweep(): Promise<void> {
    for (const task of this.#tasks) {
      if (!this.#running.has(task)) this.#running.set(task, this.#run(task));
    }
    await this.idle();
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async #run(task: SweepTask): Promise<void> {
    const done = this.metrics.sweepDuration.startTimer();
    await this.#runInTurn(task)
      .catch((error: unknown) => this.log.error({ err: error, task: task.name }, 'a sweep failed; the next one tries again'))
      .finally(() => this.#running.delete(task));
    done();
  }

  async #runInTurn(task: SweepTask): Promise<void> {
    if (task.everySeconds === undefined || (await this.turns.take(task.name, task.everySeconds))) await task.run();
  }
}
