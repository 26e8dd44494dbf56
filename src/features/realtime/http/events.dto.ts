import { z } from 'zod';
import { eventTypes } from '../../events/index.js';

export const MAX_WAIT_SECONDS = 30;

export const eventsQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('The highest number the device has: it acks what came until then. Without it: from the head, with `resync: true`.'),
  wait_seconds: z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).default(0).describe('How long to wait where there is nothing new.'),
});
export type EventsQuery = z.infer<typeof eventsQuery>;

export const eventsAnswer = z.object({
  items: z.array(
    z.object({
      seq: z.int(),
      type: z.enum(eventTypes),
      at: z.iso.datetime(),
      data: z.record(z.string(), z.unknown()).describe('As in the frame of that type: contract/asyncapi.yaml'),
    }),
  ),
  next_after: z.int().describe('Pass as `after` next time.'),
  resync: z.boolean().describe('`after` is older than anything kept: fetch state, go on from `next_after`.'),
  server_time: z.iso.datetime({ precision: 3 }),
});
export type EventsAnswer = z.infer<typeof eventsAnswer>;
