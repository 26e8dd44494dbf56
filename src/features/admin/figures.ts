import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';

/** Numbers about the service, never about somebody. */
@Injectable()
export class Figures {
  constructor(private readonly database: Database) {}

  /** What can be published: of the reports that are still kept, and of what is alive. */
  async transparency(): Promise<object> {
    const [row] = await this.database.query<object>(
      `SELECT (SELECT count(DISTINCT recipient_id)::int FROM mortal.deliveries) AS active_recipients_72h,
        (SELECT count(*)::int FROM people WHERE suspended_at IS NOT NULL AND deleted_at IS NULL) AS suspended_now,
        (SELECT count(*)::int FROM admin_audit WHERE action = 'report.open') AS copies_opened,
        (SELECT count(*)::int FROM reports WHERE held_by IS NOT NULL) AS holds,
        (SELECT coalesce(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_at - created_at)), 0)::int
           FROM reports WHERE decided_at IS NOT NULL) AS median_seconds_to_decision,
        (SELECT coalesce(json_agg(r), '[]') FROM (
           SELECT reason, coalesce(outcome, 'open') AS outcome, count(*)::int AS reports FROM reports GROUP BY 1, 2 ORDER BY 1, 2) r) AS reports`,
    );
    return row ?? {};
  }

  async overview(): Promise<object> {
    const [row] = await this.database.query<object>(
      `SELECT (SELECT coalesce(json_agg(h), '[]') FROM (
           SELECT from_epoch_ms(mortal_label(id)) AS hour_ends_at, count(*)::int AS alive FROM mortal.snaps WHERE state = 'sent' GROUP BY 1 ORDER BY 1) h
         ) AS snaps_by_hour,
        (SELECT coalesce(sum(bytes), 0)::float8 FROM mortal.uploads WHERE state = 'ready') AS media_bytes,
        (SELECT count(*)::int FROM erasures_owed) AS erasures_owed,
        (SELECT coalesce(extract(epoch FROM flits_now() - min(owed_at)), 0)::int FROM erasures_owed) AS oldest_erasure_seconds,
        (SELECT count(*)::int FROM reports WHERE decided_at IS NULL) AS reports_open,
        (SELECT json_build_object('size', size, 'published_at', published_at) FROM log_checkpoints ORDER BY size DESC LIMIT 1) AS log`,
    );
    return row ?? {};
  }
}
