import { z } from 'zod';
import type { EventData } from '../events/index.js';
import { userAnswer } from '../people/index.js';

const living = z.object({
  group_id: z.uuid(),
  name: z.string(),
  owner_id: z.uuid().describe('May be a new one'),
  user: userAnswer.describe('Who asks in, joined, changed it, or owns it now'),
});
const ended = z.object({ group_id: z.uuid(), user_id: z.uuid().nullable() });
export type LivingGroupData = z.infer<typeof living>;
export type EndedGroupData = z.infer<typeof ended>;

const user = { id: '3f1f4c1e-6f0a-4f57-9d5b-0c6f3d1a7b20', handle: 'anna', display_name: 'Anna' };
const group = { group_id: '5d0c7e3a-2b94-4e61-a8f7-1c9d4b6e8f02', name: 'Sunday', owner_id: user.id, user };
const end = { group_id: group.group_id, user_id: '9a4e2b6c-1d38-4c0e-8f64-5b7a2e9c3d11' };

export const groupsEventData: EventData<'group.invited' | 'group.joined' | 'group.changed' | 'group.left' | 'group.deleted'> = {
  'group.invited': { data: living, to: 'who is asked in', example: group },
  'group.joined': { data: living, to: 'members', example: group },
  'group.changed': { data: living, to: 'members', example: group },
  'group.left': {
    data: ended,
    to: 'members, and who left or was removed',
    note: 'One whose own id it is has no group any more.',
    example: end,
  },
  'group.deleted': { data: ended, to: 'members and invited', example: end },
};
