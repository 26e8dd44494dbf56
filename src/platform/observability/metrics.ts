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

  /** outcome: `sent`, `gone` (the subscription was over and is pruned), or why it failed (notifier.ts) */
  readonly pushes = this.#counter('flits_push_total', 'Wake-ups by what became of them', ['provider', 'outcome'] as const);

  readonly sockets = this.#gauge('flits_sockets', 'Identified sockets open now', [] as const);

  /** Promise 1: 60 s at p99, 300 s always. */
  readonly purgeLag = this.#histogram(
    'flits_purge_lag_seconds',
    'Time from when something was to be gone (deadline, last view, unsend, the end of an hour) until its objects were',
    [] as const,
    [1, 5, 15, 30, 45, 60, 120, 300, 900, 3600],
  );
  /** direction: `object` (no row knew it: removed), `row` (its object was missing: lost) */
  readonly orphans = this.#counter('flits_orphans_total', 'Objects without a row, and rows without their object', ['direction'] as const);
  readonly sweepDuration = this.#histogram(
    'flits_sweep_duration_seconds',
    'Time of one sweep',
    [] as const,
    [0.01, 0.05, 0.25, 1, 5, 15, 60],
  );
  readonly erasuresOwed = this.#reading('flits_erasures_owed', 'Erasures marked and not yet proven');
  readonly oldestErasureOwed = this.#reading('flits_erasure_owed_oldest_seconds', 'Age of the oldest erasure that is still owed');
  readonly hoursOverdue = this.#reading('flits_hours_overdue', 'Hours that are over and not closed');
  readonly oldestHourOverdue = this.#reading(
    'flits_hour_overdue_oldest_seconds',
    'Time since the end of the oldest hour that is not closed',
  );
  readonly hoursAhead = this.#reading('flits_hours_ahead', 'Living hours, made ahead: without any, sends are refused');

  readonly logSize = this.#reading('flits_log_size', 'Leaves under the last signed head');
  readonly logUnsigned = this.#reading('flits_log_unsigned', 'Leaves that have a position and no signed head above them yet');
  readonly logBehind = this.#reading('flits_log_behind_seconds', 'Time since the last cut whose leaves all have their positions');

  /** state: `waiting`, `active`, `delayed`, `failed` */
  readonly queueJobs = this.#gauge('flits_queue_jobs', 'Jobs in a queue now', ['queue', 'state'] as const);
  readonly queueOldest = this.#gauge('flits_queue_oldest_waiting_seconds', 'Age of the job that waits longest for a worker', [
    'queue',
  ] as const);

  readonly diskFree = this.#reading('flits_disk_free_bytes', 'Free bytes where embedded services keep their data');
  readonly diskReserve = this.#reading('flits_disk_reserve_bytes', 'Free bytes below which new snaps are refused there (storage_low)');

  readonly #readings: (() => Promise<void>)[] = [];
  readonly scrapeFailures = this.#counter('flits_scrape_failures_total', 'Readings that could not be taken for a scrape', [] as const);
  readonly erasuresDenied = this.#counter('flits_erasures_denied_total', 'Objects that the store refused to delete', [] as const);
  readonly keyVaultAlarms = this.#counter('flits_key_vault_alarms_total', 'Keys of living hours missing or unreadable', [] as const);

  /** @param options.processMetrics memory, event loop, garbage collection: off in tests, whose processes hold several */
  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  /** Adds what is read from rows when somebody asks, such as ages. One that fails leaves its gauges as they were. */
  onScrape(reading: () => Promise<void>): void {
    this.#readings.push(reading);
  }

  /** The exposition format, for `GET /metrics` on the admin port. */
  async text(): Promise<string> {
    await Promise.all(this.#readings.map((reading) => reading().catch(() => this.scrapeFailures.inc())));
    return this.registry.metrics();
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  /** Of what only some processes read: absent where nobody does, for a 0 there would be a lie, and hide that no worker runs. */
  #reading(name: string, help: string): Gauge {
    const gauge = this.#gauge(name, help, []);
    gauge.remove();
    return gauge;
  }

  #histogram<L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [this.registry] });
  }
}
