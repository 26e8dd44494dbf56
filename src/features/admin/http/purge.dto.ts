import { z } from 'zod';
import { listOf, uuid } from '../../../platform/http/index.js';

const time = z.iso.datetime({ precision: 3 });
const label = z.int().describe('End of the hour, ms since the epoch: what ids and objects of it carry');
const count = z.int().min(0);

/** Malformed is not found, as with ids. */
export const labelParam = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

const hour = {
  label,
  ends_at: time,
  state: z.enum(['alive', 'key_destroyed', 'detached', 'dropped', 'closed']),
  closed_at: time.nullable(),
  is_due: z.boolean(),
  lag_seconds: z.number().nullable().describe('From its end until it was closed, or until now; null while it lives'),
};
export const hoursAnswer = z.object({
  hours: z.array(z.object(hour)).describe('Every hour that is not closed, and the last few that are'),
  hours_due: count,
  snaps_due: count.describe('Whose end came before their hour’s'),
  erasures_owed: count,
  oldest_erasure_seconds: z.number(),
  server_time: time,
});
const weight = { snaps: count, deliveries: count, uploads: count, bytes: z.number().describe('Of media, as far as rows still say') };
export const hourAnswer = z.object({ ...hour, ...weight, erasures_owed: count });
export const planAnswer = z.object({
  hours: z.array(label),
  snaps_due: count,
  erasures: count,
  objects: count.describe('Listed in the store for hours that are due, and named by erasures that are owed'),
  ...weight,
});
export const runAnswer = z.object({ hours: z.array(label), erasures: count });
export const stuckAnswer = listOf(
  z.object({
    id: uuid,
    label,
    reason: z.string().describe('Why it is erased'),
    owed_at: time,
    attempts: count,
    next_attempt_at: time,
    last_error: z.string().nullable().describe('The store’s own code'),
    objects: count,
  }),
);
export const orphansAnswer = z.object({
  swept_at: time.nullable(),
  next_at: time.nullable(),
  found: z.record(z.string(), z.number()).nullable().describe('Objects that no row knew, and rows whose object was missing'),
});
