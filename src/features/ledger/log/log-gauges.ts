import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import { Metrics } from '../../../platform/observability/index.js';

interface Reading {
  readonly size: string;
  readonly unsigned: string;
  readonly behind: number;
}

/** How far the public log is, and how far behind: more than two buckets break a receipt's `merge_by`. Each reading is one index look-up. */
@Injectable()
export class LogGauges implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.onScrape(() => this.#read());
  }

  async #read(): Promise<void> {
    const [row] = await this.database.query<Reading>(`
      SELECT size, greatest(assigned - size, 0) AS unsigned, coalesce((epoch_ms(flits_now()) - cut) / 1000.0, 0)::float8 AS behind
      FROM (SELECT coalesce(max(size), 0) AS size FROM log_checkpoints) AS head,
           (SELECT coalesce(max(position) + 1, 0) AS assigned FROM log_leaves) AS leaves,
           (SELECT max(cut) AS cut FROM log_cuts) AS cuts`);
    if (!row) return;
    this.metrics.logSize.set(Number(row.size));
    this.metrics.logUnsigned.set(Number(row.unsigned));
    this.metrics.logBehind.set(row.behind);
  }
}
