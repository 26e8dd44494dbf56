import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { QueueDesk } from '../../platform/queue/index.js';
import { PurgeDesk } from '../expiry/index.js';

interface Row {
  readonly snaps_by_hour: object[];
  readonly media_bytes: number;
  readonly sockets: number;
  readonly reports_open: number;
  readonly log: object | null;
  readonly median_lag: number | null;
  readonly worst_lag: number | null;
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** How the service is, in numbers: about nobody, and without one of anybody. */
@Injectable()
export class Overview {
  constructor(
    private readonly database: Database,
    private readonly queues: QueueDesk,
    private readonly purge: PurgeDesk,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<object> {
    const [row, queues, purge, orphans] = await Promise.all([
      this.#rows(),
      this.queues.list(),
      this.purge.state(),
      this.purge.lastOrphanSweep(),
    ]);
    return {
      snaps_by_hour: row.snaps_by_hour,
      media_bytes: row.media_bytes,
      queues: queues.map(({ isPaused, oldestWaitingSeconds, ...now }) => ({
        ...now,
        is_paused: isPaused,
        oldest_waiting_seconds: oldestWaitingSeconds,
      })),
      purge: {
        hours_due: purge.hoursDue,
        snaps_due: purge.snapsDue,
        erasures_owed: purge.erasuresOwed,
        oldest_erasure_seconds: purge.oldestErasureSeconds,
        median_lag_seconds: row.median_lag,
        worst_lag_seconds: row.worst_lag,
      },
      orphans: { swept_at: orphans?.ended_at?.toISOString() ?? null, found: orphans?.found ?? null },
      sockets: row.sockets,
      reports_open: row.reports_open,
      log: row.log,
      server_time: new Date(this.clock.now()).toISOString(),
    };
  }

  async #rows(): Promise<Row> {
    const [row] = await this.database.query<Row>(
      `SELECT (SELECT coalesce(json_agg(json_build_object('hour_ends_at', to_char(ends AT TIME ZONE 'UTC', ${TIME}), 'alive', alive) ORDER BY ends), '[]')
         FROM (SELECT from_epoch_ms(mortal_label(id)) AS ends, count(*)::int AS alive FROM mortal.snaps
               WHERE state = 'sent' AND deadline > flits_now() GROUP BY 1) AS h) AS snaps_by_hour,
        (SELECT coalesce(sum(bytes), 0)::float8 FROM mortal.uploads WHERE state = 'ready') AS media_bytes,
        (SELECT coalesce(sum(sockets), 0)::int FROM socket_counts WHERE counted_at > flits_now() - interval '15 seconds') AS sockets,
        (SELECT count(*)::int FROM reports WHERE decided_at IS NULL AND keep_until > flits_now()) AS reports_open,
        (SELECT json_build_object('size', size, 'published_at', to_char(published_at AT TIME ZONE 'UTC', ${TIME}))
         FROM log_checkpoints ORDER BY size DESC LIMIT 1) AS log,
        lag.median AS median_lag, lag.worst AS worst_lag
       FROM (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS median, max(late) AS worst
             FROM (SELECT extract(epoch FROM closed_at - from_epoch_ms(label))::float8 AS late FROM hours
                   WHERE state = 'closed' AND closed_at > flits_now() - interval '1 day') AS closed) AS lag`,
    );
    if (!row) throw new Error('no row came of a query that always has one');
    return row;
  }
}
