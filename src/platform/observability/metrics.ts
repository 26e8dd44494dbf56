import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of a process, by name. Labels are closed sets (route templates, job names): never ids, handles or paths. */
export class Metrics {
  readonly registry = new Registry();

  readonly httpDuration = this.#histogram(
    'flits_http_request_duration_seconds',
    'Time to answer a request',
    ['route', 'method', 'status'] as const,
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );

  /** outcome: `added`, `lost` (the queue was away; a sweep re-makes it), `done`, `retried`, `failed` (for good) */
  readonly jobs = this.#counter('flits_jobs_total', 'Jobs by what became of them', ['name', 'outcome'] as const);
  readonly jobDuration = this.#histogram(
    'flits_job_duration_seconds',
    'Time a job ran, each attempt',
    ['name'] as const,
    [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
  );

  /** reason: `away` (could not be published), `full` (too many under way), `malformed` (could not be read), `listener` (threw) */
  readonly hintsDropped = this.#counter('flits_hints_dropped_total', 'Hints lost on the way; their rows are not', ['reason'] as const);

  readonly sockets = new Gauge({ name: 'flits_sockets', help: 'Identified sockets open now', registers: [this.registry] });

  /** Promise 1: 60 s at p99, 300 s always. */
  readonly purgeLag = this.#histogram(
    'flits_purge_lag_seconds',
    "Time from an hour's end until its objects were gone",
    [] as const,
    [1, 5, 15, 30, 45, 60, 120, 300, 900, 3600],
  );
  readonly sweepDuration = this.#histogram(
    'flits_sweep_duration_seconds',
    'Time of one sweep',
    [] as const,
    [0.01, 0.05, 0.25, 1, 5, 15, 60],
  );
  readonly erasuresOwed = new Gauge({
    name: 'flits_erasures_owed',
    help: 'Erasures marked and not yet proven',
    registers: [this.registry],
  });
  readonly keyVaultAlarms = this.#counter('flits_key_vault_alarms_total', 'Keys of living hours missing or unreadable', [] as const);

  /** @param options.processMetrics memory, event loop, garbage collection: off in tests, whose processes hold several */
  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** The exposition format, for `GET /metrics` on the admin port. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [this.registry] });
  }
}
