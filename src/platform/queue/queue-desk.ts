import type { QueueName } from './queues.js';

/** How a queue stands at this moment. */
export interface QueueNow {
  readonly name: QueueName;
  readonly isPaused: boolean;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** Age of the job that waits longest for a worker; 0 where none does. */
  readonly oldestWaitingSeconds: number;
}

/** One job that failed for good: ids alone. */
export interface FailedJob {
  readonly id: string;
  readonly subjects: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** Jobs that failed for one reason. */
export interface Failures {
  readonly job: string;
  /** As the log has it: nothing secret (R33). */
  readonly reason: string;
  readonly jobs: number;
  /** Newest first, the first few. */
  readonly newest: readonly FailedJob[];
}

/**
 * What operators do with queues, where features only add to them (job-queue.ts). What is done here is done in the store, so every
 * worker keeps to it and a restart forgets none of it. Every call may be made twice, also at the same time.
 */
export abstract class QueueDesk {
  abstract list(): Promise<QueueNow[]>;
  /** Workers take no more of it; what they have taken is finished, and more may be added. Purging goes on from rows. */
  abstract pause(name: QueueName): Promise<void>;
  abstract resume(name: QueueName): Promise<void>;
  /** Puts everything that failed for good back in line. @returns how many it put there; a job that two calls find is one’s */
  abstract retryFailed(name: QueueName): Promise<number>;
  /** Largest group first. */
  abstract failures(name: QueueName): Promise<Failures[]>;
}
