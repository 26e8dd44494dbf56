import { z } from 'zod';
import { uuid } from '../../../platform/http/index.js';
import type { EventData, EventType } from '../../events/index.js';
import { inboxItemAnswer, storyItemAnswer } from './snaps.dto.js';
import { examples } from './snaps.examples.js';

const snap = z.object({ snap_id: uuid });
const byRecipient = snap.extend({ user_id: uuid.describe('The recipient') });

const snap_id = '01a21a4d-4000-8737-93ee-01624605ef5f';
const one = { snap_id };
const ofBen = { snap_id, user_id: '9a4e2b6c-1d38-4c0e-8f64-5b7a2e9c3d11' };
const [item] = examples.inbox[0].items;
const [story] = examples.stories[0].items;
const both = "its sender, and the recipient's other devices";

export const snapsEventData: EventData<Extract<EventType, `snap.${string}` | `story.${string}`>> = {
  'snap.received': { data: inboxItemAnswer, to: 'its recipient', note: 'The item of `GET /v1/inbox`.', example: { ...item } },
  'snap.sent': { data: snap, to: "its sender's other devices", example: one },
  'snap.delivered': { data: byRecipient, to: 'its sender', note: '`at` is no finer than the hour.', example: ofBen },
  'snap.opened': { data: byRecipient, to: both, example: ofBen },
  'snap.replayed': { data: byRecipient, to: both, example: ofBen },
  'snap.screenshot': { data: byRecipient, to: 'its sender', example: ofBen },
  'snap.failed': { data: snap, to: 'its sender', note: 'Nobody will see it: its upload was rejected, or its key was lost.', example: one },
  'snap.withdrawn': {
    data: snap,
    to: 'its recipient',
    note: 'Close the viewer at once. Also to whoever saw it before a block or the end of a friendship.',
    example: one,
  },
  'story.posted': { data: storyItemAnswer, to: 'its audience', note: 'The item of `GET /v1/stories`.', example: { ...story } },
  'story.viewed': { data: snap.extend({ user_id: uuid.describe('The viewer') }), to: 'its author, once a viewer', example: ofBen },
};
