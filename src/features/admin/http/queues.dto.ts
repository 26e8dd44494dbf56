import { z } from 'zod';
import { queues, type QueueName } from '../../../platform/queue/index.js';

const time = z.iso.datetime({ precision: 3 });
const count = z.int().min(0);
const names = Object.keys(queues) as [QueueName, ...QueueName[]];

export const queueParam = z.enum(names);
export const queueAnswer = z.object({
  name: z.enum(names),
  is_paused: z.boolean(),
  waiting: count,
  active: count,
  delayed: count,
  failed: count,
  oldest_waiting_seconds: z.number(),
});
export const queuesAnswer = z.object({ items: z.array(queueAnswer) });
export const retriedAnswer = z.object({ retried: count });
export const failuresAnswer = z.object({
  items: z.array(
    z.object({
      job: z.string(),
      reason: z.string().describe('As in the log'),
      jobs: count,
      newest: z
        .array(
          z.object({
            id: z.string(),
            subjects: z.record(z.string(), z.string()).describe('Ids it was about'),
            attempts: count,
            failed_at: time,
          }),
        )
        .describe('The first few'),
    }),
  ),
});
