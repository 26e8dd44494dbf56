import { z } from 'zod';
import type { EventData } from '../events/index.js';
import { outcomes } from './moderation.settings.js';

const decided = z.object({
  report_id: z.uuid(),
  role: z.enum(['reporter', 'reported']).describe('Of whom this is told'),
  outcome: z.enum(outcomes),
  reason: z.string(),
});
export type DecidedData = z.infer<typeof decided>;

export const moderationEventData: EventData<'report.decided'> = {
  'report.decided': {
    data: decided,
    to: 'who reported, and whom it was about unless nothing was done',
    example: { report_id: 'e81b5c3d-0f47-4a92-b6d8-7c2e9a1f5043', role: 'reporter', outcome: 'warned', reason: 'rule 3' },
  },
};
