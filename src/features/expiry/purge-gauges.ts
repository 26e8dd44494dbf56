import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Metrics } from '../../platform/observability/index.js';

interface Reading {
  readonly owed: number;
  readonly owed_age: number;
  readonly overdue: number;
  readonly overdue_age: number;
  readonly ahead: number;
}

/** What a worker's `/metrics` says of work that purging has not done yet: from rows, so that a lost queue cannot hide it. */
@Injectable()
export class PurgeGauges implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.onScrape(() => this.#read());
  }

  async #read(): Promise<void> {
    const [row] = await this.database.query<Reading>(`
      WITH clock AS MATERIALIZED (SELECT flits_now() AS now), owed AS (
        SELECT count(*)::int AS n, min(owed_at) AS oldest FROM erasures_owed
      ), open AS (
        SELECT count(*) FILTER (WHERE label <= epoch_ms(now))::int AS overdue, count(*) FILTER (WHERE label > epoch_ms(now))::int AS ahead,
               min(label) FILTER (WHERE label <= epoch_ms(now)) AS oldest
        FROM hours CROSS JOIN clock WHERE state <> 'closed'
      )
      SELECT owed.n AS owed, coalesce(extract(epoch FROM now - owed.oldest), 0)::float8 AS owed_age, overdue, ahead,
             coalesce((epoch_ms(now) - open.oldest) / 1000.0, 0)::float8 AS overdue_age
      FROM clock, owed, open`);
    if (!row) return;
    this.metrics.erasuresOwed.set(row.owed);
    this.metrics.oldestErasureOwed.set(row.owed_age);
    this.metrics.hoursOverdue.set(row.overdue);
    this.metrics.oldestHourOverdue.set(row.overdue_age);
    this.metrics.hoursAhead.set(row.ahead);
  }
}
