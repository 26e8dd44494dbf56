import type { JobName } from './jobs.js';

/**
 * All queues, in one table. `concurrency` is per worker process; attempts count runs, and backoff grows exponentially from
 * `backoffMs`. Finished jobs are dropped at once and failed ones kept up to `keepFailed`, for the operator to look at.
 */
export const queues = {
  // A queue for each kind, so that a photo never waits behind a clip (R19). Decoding is CPU: as many photos as the smallest
  // machine has cores, one transcode. A poison file is refused by its row, not by attempts. HEIF (ISO/IEC 23008-12) is the
  // container of HEIC and AVIF: their decoders hold the whole picture, so one at a time, and they take seconds honestly.
  photo: { jobs: ['photo.process'], concurrency: 2, attempts: 8, backoffMs: 1000, lockMs: 10_000, keepFailed: 1000 },
  heif: { jobs: ['heif.process'], concurrency: 1, attempts: 8, backoffMs: 1000, lockMs: 10_000, keepFailed: 1000 },
  clip: { jobs: ['clip.process'], concurrency: 1, attempts: 8, backoffMs: 1000, lockMs: 10_000, keepFailed: 1000 },
  voice: { jobs: ['voice.process'], concurrency: 1, attempts: 8, backoffMs: 1000, lockMs: 10_000, keepFailed: 1000 },
  // Rows alone, a hundred at a time; one story's chunks take turns.
  stories: { jobs: ['story.spread'], concurrency: 2, attempts: 5, backoffMs: 1000, lockMs: 10_000, keepFailed: 1000 },
  // Erasure waits for nothing else; the sweep repeats what fails here, so attempts stay few.
  erasure: {
    jobs: ['hour.close', 'erasure.settle', 'account.purge'],
    concurrency: 4,
    attempts: 5,
    backoffMs: 1000,
    lockMs: 10_000,
    keepFailed: 1000,
  },
  // Waits for other people's servers, 10 s at most; what does not arrive is retried by its row, within the life of what it speaks of.
  push: { jobs: ['push.wake'], concurrency: 16, attempts: 3, backoffMs: 1000, lockMs: 15_000, keepFailed: 1000 },
} as const satisfies Record<string, QueueSettings>;

export interface QueueSettings {
  readonly jobs: readonly JobName[];
  readonly concurrency: number;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly lockMs: number;
  readonly keepFailed: number;
}

export type QueueName = keyof typeof queues;

/** The shape of the table: tests and benches bring their own numbers for the same queues. */
export type QueueTable = Readonly<Record<QueueName, QueueSettings>>;

type Unplaced = Exclude<JobName, (typeof queues)[QueueName]['jobs'][number]>;
/** Does not compile while a job is in no queue. */
export const everyJobHasAQueue: [Unplaced] extends [never] ? true : Unplaced = true;

export function queueOf(job: JobName): QueueName {
  const found = (Object.keys(queues) as QueueName[]).find((name) => (queues[name].jobs as readonly JobName[]).includes(job));
  if (!found) throw new Error(`job ${job} is in no queue`);
  return found;
}
