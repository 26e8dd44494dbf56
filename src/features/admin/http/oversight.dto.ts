import { z } from 'zod';
import { listOf, uuid } from '../../../platform/http/index.js';
import { outcomes, reportReasons } from '../../moderation/index.js';
import { queueAnswer } from './queues.dto.js';

const time = z.iso.datetime({ precision: 3 });
const count = z.int().min(0);

export const overviewAnswer = z.object({
  snaps_by_hour: z.array(z.object({ hour_ends_at: time, alive: count })),
  media_bytes: z.number(),
  queues: z.array(queueAnswer),
  purge: z.object({
    hours_due: count,
    snaps_due: count,
    erasures_owed: count,
    oldest_erasure_seconds: z.number(),
    median_lag_seconds: z.number().nullable().describe('Of the hours closed in the last day'),
    worst_lag_seconds: z.number().nullable(),
  }),
  orphans: z.object({ swept_at: time.nullable(), found: z.record(z.string(), z.number()).nullable() }),
  sockets: count.describe('Identified ones of every process, as each counted them in the last seconds'),
  reports_open: count,
  log: z.object({ size: count, published_at: time }).nullable().describe('The last signed head'),
  server_time: time,
});

export const transparencyAnswer = z.object({
  months: z
    .array(
      z.object({
        month: z.string().describe('YYYY-MM, UTC'),
        recipients_about: z.int().nullable().describe('People who opened something, to two digits; null below 20'),
        reports_filed: z.array(z.object({ reason: z.enum(reportReasons), reports: count })),
        reports_decided: z.array(z.object({ reason: z.enum(reportReasons), outcome: z.enum(outcomes), reports: count })),
        median_seconds_to_decision: z.int().nullable().describe('Of reports decided in that month, in whole minutes; null without any'),
        copies_opened: count,
        holds: count,
        suspensions: count,
        restorations: count,
        late_purges: count.describe('Hours and erasures that took more than five minutes'),
      }),
    )
    .describe('Newest first'),
  now: z.object({ suspended: count, reports_open: count, reports_held: count }),
  server_time: time,
});

export const auditAnswer = listOf(
  z.object({
    id: z.int(),
    at: time,
    admin: z.string(),
    action: z.string(),
    subject: uuid.nullable(),
    reason: z.string().nullable(),
  }),
);
