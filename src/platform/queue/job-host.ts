import { performance } from 'node:perf_hooks';
import { UnrecoverableError, type Job, type Worker } from 'bullmq';
import { describeError, runInContext, sparingly, type Log, type Metrics } from '../observability/index.js';
import type { JobHandler, JobName, JobPayload } from './jobs.js';
import type { QueueBackend } from './queue-backend.js';
import { queues, type QueueSettings, type QueueTable } from './queues.js';
import { routeHandlers } from './route-handlers.js';
import { settles } from './settles.js';

/** How long a stopping process waits for jobs under way; their locks bring the rest back to others. */
const DRAIN_MS = 25_000;
/** How long a worker without jobs may take to say goodbye to its store. */
const CLOSE_MS = 2000;
const LOG_EVERY_MS = 5000;

/**
 * Runs the handlers of a worker process. Several processes may run the same queues: a job is locked by the one that took
 * it, the lock is renewed while it runs, and within `lockMs` + a third of it after a kill another takes it over. So every
 * handler may run twice, also at the same time, and re-checks its rows.
 */
export class JobHost {
  readonly #routes: ReadonlyMap<JobName, JobHandler>;
  readonly #workers: Worker[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Errors already counted where they were thrown; BullMQ reports them again. */
  readonly #counted = new WeakSet<Error>();

  /** @throws Error where a job has no handler or two */
  constructor(
    private readonly backend: QueueBackend,
    handlers: readonly JobHandler[],
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly table: QueueTable = queues,
  ) {
    this.#routes = routeHandlers(handlers, table);
    // A series that begins at 1 has not risen: the first failure of a job would alarm nobody.
    for (const name of this.#routes.keys()) metrics.jobs.inc({ name, outcome: 'failed' }, 0);
  }

  /** Without the backend, workers wait for it and take jobs as soon as it is there. @throws Error where it is there and cannot be used */
  async start(): Promise<void> {
    const isUp = await this.backend.isUp();
    if (isUp) await this.backend.check();
    for (const [name, settings] of Object.entries(this.table)) this.#workers.push(this.#open(name, settings));
    if (isUp) await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  /** Tells the handlers that this process is ending; `close` is to follow. */
  stopping(): void {
    for (const handler of this.#routes.values()) handler.stopping?.();
  }

  /**
   * Takes no more jobs and waits for those under way, for `DRAIN_MS` at most. A store that is away at that moment holds
   * nothing up: what cannot be told to it runs again elsewhere.
   */
  async close(): Promise<void> {
    const isUp = await this.backend.isUp();
    const giveUpAt = performance.now() + DRAIN_MS;
    // BullMQ waits without end for a store that is away, unless it is forced, and then it does not wait for jobs.
    if (!isUp) await settles(Promise.allSettled(this.#running), DRAIN_MS);
    const closing = Promise.all(this.#workers.map((worker) => worker.close(!isUp)));
    while ((await settles(closing, CLOSE_MS)) === 'late') {
      if (this.#running.size > 0 && performance.now() < giveUpAt) continue;
      this.log.warn({ running: this.#running.size }, 'workers do not close; their jobs run again elsewhere');
      return;
    }
  }

  #open(name: string, settings: QueueSettings): Worker {
    const worker = this.backend.worker(name, (job) => this.#track(this.#run(job)), {
      concurrency: settings.concurrency,
      lockDuration: settings.lockMs,
      stalledInterval: Math.ceil(settings.lockMs / 3),
      // A worker that is killed again and again says nothing about the job: what must not be tried twice is counted in its row.
      maxStalledCount: settings.attempts,
      runRetryDelay: 1000,
    });
    worker.on(
      'error',
      sparingly(LOG_EVERY_MS, (err, suppressed) => this.log.warn({ err, suppressed, queue: name }, 'a worker met an error; it goes on')),
    );
    worker.on('stalled', (jobId) => this.log.warn({ queue: name, job_id: jobId }, 'a job lost its worker and runs again'));
    worker.on('failed', (job, error) => this.#gaveUp(job, error));
    return worker;
  }

  #track(run: Promise<void>): Promise<void> {
    this.#running.add(run);
    return run.finally(() => this.#running.delete(run));
  }

  async #run(job: Job): Promise<void> {
    const payload = job.data as JobPayload<JobName>;
    const { requestId = `job-${job.id}`, ...ids } = payload;
    await runInContext({ requestId }, async () => {
      const fields = { job: job.name, job_id: job.id, attempt: job.attemptsMade + 1, ...ids };
      this.log.debug(fields, 'job started');
      const started = performance.now();
      const elapsed = (): number => Math.round(performance.now() - started);
      try {
        await this.#handler(job.name).handle(payload);
        this.metrics.jobs.inc({ name: job.name, outcome: 'done' });
        this.log.info({ ...fields, ms: elapsed() }, 'job done');
      } catch (error) {
        const final = error instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
        this.metrics.jobs.inc({ name: this.#label(job.name), outcome: final ? 'failed' : 'retried' });
        this.log[final ? 'error' : 'warn'](
          { ...fields, ms: elapsed(), err: error },
          final ? 'job failed for good' : 'job failed; it is tried again',
        );
        throw this.#forKeeping(error);
      } finally {
        this.metrics.jobDuration.observe({ name: this.#label(job.name) }, elapsed() / 1000);
      }
    });
  }

  #handler(name: string): JobHandler {
    const handler = this.#routes.get(name as JobName);
    if (!handler) throw new UnrecoverableError(`no such job: ${name}`);
    return handler;
  }

  /** A metric's label is a closed set, whatever somebody put into the queue. */
  #label(name: string): string {
    return this.#routes.has(name as JobName) ? name : 'unknown';
  }

  /** BullMQ keeps message and stack of what failed: only what a log line may carry (R33). */
  #forKeeping(error: unknown): Error {
    const { type, code, message, stack } = describeError(error);
    const words = `${type}${code ? ` ${code}` : ''}: ${message}`;
    const kept = error instanceof UnrecoverableError ? new UnrecoverableError(words) : new Error(words);
    kept.stack = stack ?? words;
    this.#counted.add(kept);
    return kept;
  }

  /** Jobs that BullMQ fails without running them: their workers died more often than attempts allow. */
  #gaveUp(job: Job | undefined, error: Error): void {
    if (this.#counted.has(error)) return;
    this.metrics.jobs.inc({ name: this.#label(job?.name ?? ''), outcome: 'failed' });
    this.log.error({ job: job?.name, job_id: job?.id, err: error }, 'job failed for good');
  }
}
