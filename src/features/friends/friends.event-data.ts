import { z } from 'zod';
import type { EventData } from '../events/index.js';
import { userAnswer } from '../people/index.js';

const asked = z.object({ request_id: z.uuid(), user: userAnswer });
const removed = z.object({ user_id: z.uuid() });
export type AskedData = z.infer<typeof asked>;
export type RemovedData = z.infer<typeof removed>;

const user = { id: '9a4e2b6c-1d38-4c0e-8f64-5b7a2e9c3d11', handle: 'ben', display_name: 'Ben' };
const example = { request_id: '0d9c4a1f-7e52-4b8d-a3c6-91f0e2d47b35', user };

export const friendsEventData: EventData<'friend.requested' | 'friend.accepted' | 'friend.removed'> = {
  'friend.requested': { data: asked, to: 'who is asked', example },
  'friend.accepted': { data: asked, to: 'both of the two', note: '`user` is the other one.', example },
  'friend.removed': { data: removed, to: 'both of the two', note: '`user_id` is the other one.', example: { user_id: user.id } },
};
