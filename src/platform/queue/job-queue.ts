import type { JobName, JobPayload } from './jobs.js';

/** Where features put work. Adapters are BullMQ's own backends: PostgreSQL and Redis. */
export abstract class JobQueue {
  /**
   * Best effort by design: the rows are the truth and a sweep re-makes what is missing, so a queue that is away is logged
   * and never fails the request that announces the work.
   * @param options.key at most one waiting or running job with this key; a second `add` is dropped, but moves one that is
   * still waiting for its time to the new time
   * @param options.at not before, ms since the epoch
   */
  abstract add<N extends JobName>(name: N, payload: JobPayload<N>, options?: { key?: string; at?: number }): Promise<void>;
  abstract close(): Promise<void>;
}
