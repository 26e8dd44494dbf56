import { randomUUID } from 'node:crypto';
import type { JobsOptions, Queue } from 'bullmq';
import type { Clock } from '../clock/index.js';
import { currentRequestId, sparingly, type Log, type Metrics } from '../observability/index.js';
import { BullQueueDesk } from './bull-queue-desk.js';
import { JobQueue } from './job-queue.js';
import type { JobName, JobPayload } from './jobs.js';
import type { QueueBackend } from './queue-backend.js';
import { queueOf, queues, type QueueName, type QueueTable } from './queues.js';

/** A request that announces work waits no longer than this for a queue that hangs. */
const ADD_MS = 800;
const LOG_EVERY_MS = 5000;
const MEASURED = ['waiting', 'active', 'delayed', 'failed'] as const;

/**
 * Adds jobs. A key is BullMQ's deduplication id, not the job's id: it is free again as soon as the job is done or has
 * failed for good, so that a kept failed job blocks no new one.
 */
export class BullJobQueue extends JobQueue {
  /** What operators do with the same queues. */
  readonly desk: BullQueueDesk;
  readonly #queues: ReadonlyMap<QueueName, Queue>;
  readonly #report: (error: unknown) => void;

  constructor(
    private readonly backend: QueueBackend,
    private readonly clock: Clock,
    log: Log,
    private readonly metrics: Metrics,
    private readonly table: QueueTable = queues,
  ) {
    super();
    this.#report = sparingly(LOG_EVERY_MS, (err, suppressed) =>
      log.warn({ err, suppressed }, 'the queue is away; what could not be added is re-made from its rows'),
    );
    this.#queues = new Map((Object.keys(queues) as QueueName[]).map((name) => [name, this.#open(name)]));
    this.desk = new BullQueueDesk(this.#queues);
  }

  /**
   * A backend that is away is no reason not to start: jobs are re-made from rows once it is there. Call it once, before the
   * first `add`.
   * @throws Error in words where the backend is there and cannot be used
   */
  async start(): Promise<void> {
    try {
      await this.backend.check();
    } catch (error) {
      if (await this.backend.isUp()) throw error;
      this.#report(error);
      return;
    }
    await Promise.all([...this.#queues.values()].map((queue) => queue.waitUntilReady()));
  }

  override async add<N extends JobName>(name: N, payload: JobPayload<N>, options: { key?: string; at?: number } = {}): Promise<void> {
    try {
      const outcome = await within(ADD_MS, this.#add(name, payload, options));
      this.metrics.jobs.inc({ name, outcome });
    } catch (error) {
      this.metrics.jobs.inc({ name, outcome: 'lost' });
      this.#report(error);
    }
  }

  /** For watching: how much waits in each queue, and for how long. Asked of the store, at most once a scrape. */
  async measure(): Promise<void> {
    for (const now of await this.desk.list()) {
      for (const state of MEASURED) this.metrics.queueJobs.set({ queue: now.name, state }, now[state]);
      this.metrics.queueOldest.set({ queue: now.name }, now.oldestWaitingSeconds);
    }
  }

  /** BullMQ's own, for its board. */
  bullQueues(): Queue[] {
    return [...this.#queues.values()];
  }

  override async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  async #add<N extends JobName>(name: N, payload: JobPayload<N>, { key, at }: { key?: string; at?: number }): Promise<'added' | 'joined'> {
    const queueName = queueOf(name);
    const settings = this.table[queueName];
    const requestId = payload.requestId ?? currentRequestId();
    const options: JobsOptions = {
      jobId: randomUUID(), // BullMQ's own counter would need the right to make sequences
      attempts: settings.attempts,
      backoff: { type: 'exponential', delay: settings.backoffMs },
      removeOnComplete: true,
      removeOnFail: { count: settings.keepFailed },
      stackTraceLimit: 1,
      delay: at === undefined ? 0 : Math.max(0, Math.ceil(at - this.clock.now())),
      // A key that waits for its time is moved to the time of the latest add: a sweep that finds work due now is not held up.
      ...(key === undefined ? {} : { deduplication: { id: `${name}/${key}`, reschedule: true } }),
    };
    const job = await this.#queues.get(queueName)?.add(name, requestId === undefined ? payload : { ...payload, requestId }, options);
    return job?.id === options.jobId ? 'added' : 'joined';
  }

  #open(name: QueueName): Queue {
    const queue = this.backend.queue(name);
    queue.on('error', this.#report);
    return queue;
  }
}

/** @throws Error after `ms`; the work goes on unheard */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
