import { z } from 'zod';
import type { EventData } from '../events/index.js';

export const peopleEventData: EventData<'session.revoked'> = {
  'session.revoked': {
    data: z.object({ device_id: z.uuid().describe('The one that is signed out') }),
    to: "the person's other devices",
    example: { device_id: '6b1c9d2e-4f70-4a3b-8e15-2d7f9c0a6b84' },
  },
};
