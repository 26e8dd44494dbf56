import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { crashPoint, Log, Metrics } from '../../platform/observability/index.js';
import { Ledger } from '../ledger/index.js';
import { ErasureSettler } from './erasure-settler.js';
import { HourEnder } from './hour-ender.js';
import { ObjectEraser } from './object-eraser.js';

/**
 * The end of an hour, second half: its objects, what is still owed for it, its HOUR leaf. Names follow from the label, so
 * this may come as late as the object store makes it. Idempotent, several workers at once: the leaf is unique by its label.
 */
@Injectable()
export class HourCloser {
  constructor(
    private readonly database: Database,
    private readonly ender: HourEnder,
    private readonly eraser: ObjectEraser,
    private readonly settler: ErasureSettler,
    private readonly ledger: Ledger,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** Every hour that is over, oldest first; one that cannot be closed now does not hold up the others. */
  async closeDue(): Promise<void> {
    const due = await this.database.query<{ label: string }>(
      `SELECT label FROM hours WHERE state <> 'closed' AND label <= epoch_ms((SELECT flits_now())) ORDER BY label`,
    );
    for (const { label } of due) {
      await this.close(Number(label)).catch((error: unknown) =>
        this.log.error({ err: error, label }, 'an hour is over and not closed yet'),
      );
    }
  }

  /** Both halves; does nothing before the hour's time or when it is closed. */
  async close(label: number): Promise<void> {
    if (await this.ender.end(label)) await this.#finish(label);
  }

  async #finish(label: number): Promise<void> {
    const [hour] = await this.database.query(`SELECT 1 FROM hours WHERE label = $1 AND state = 'dropped'`, [label]);
    if (!hour) return;
    const prefixes = await this.eraser.eraseHour(label);
    crashPoint('after_absence_seen');
    await this.settler.settleFor(label);
    await this.database.transaction(async (tx) => {
      await this.ledger.hourClosed(tx, label, prefixes);
      const [closed] = await tx.query<{ lag: number }>(
        `UPDATE hours SET state = 'closed', closed_at = flits_now() WHERE label = $1 AND state = 'dropped'
         RETURNING extract(epoch FROM closed_at)::float8 - $1 / 1000.0::float8 AS lag`,
        [label],
      );
      if (closed) tx.afterCommit(() => this.metrics.purgeLag.observe(closed.lag));
    });
    crashPoint('after_hour_closed');
  }
}
