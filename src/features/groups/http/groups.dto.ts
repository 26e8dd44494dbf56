import { z } from 'zod';
import { line, listOf, uuid } from '../../../platform/http/index.js';
import { userAnswer } from '../../people/index.js';
import { MAX_GROUP_SIZE } from '../groups.settings.js';

/** Bodies and answers of groups' routes: the one place where their shape is said. */

const MAX_NAME = 60;

const [ANNA, BEN] = [
  { id: '3f1f4c1e-6f0a-4f57-9d5b-0c6f3d1a7b20', handle: 'anna', display_name: 'Anna' },
  { id: '9a4e2b6c-1d38-4c0e-8f64-5b7a2e9c3d11', handle: 'ben', display_name: 'Ben' },
] as const;
const WALK = {
  id: '5d0c7e3a-2b94-4e61-a8f7-1c9d4b6e8f02',
  name: 'Sunday walk',
  owner_id: ANNA.id,
  created_at: '2026-11-26T12:00:00.000Z',
} as const;

const time = z.iso.datetime({ precision: 3 });
const state = z.enum(['member', 'invited']).describe('`invited`: nothing that is sent to the group arrives until it is accepted');

const people = z
  .array(uuid)
  .max(MAX_GROUP_SIZE - 1)
  .refine((ids) => new Set(ids).size === ids.length, 'must name each person once');

export const createGroupBody = z
  .strictObject({ name: line(MAX_NAME), member_ids: people.default([]) })
  .meta({ examples: [{ name: WALK.name, member_ids: [BEN.id] }] });
export type CreateGroupBody = z.infer<typeof createGroupBody>;
export const renameGroupBody = z.strictObject({ name: line(MAX_NAME) }).meta({ examples: [{ name: 'Saturday walk' }] });
export type RenameGroupBody = z.infer<typeof renameGroupBody>;
export const inviteBody = z.strictObject({ user_ids: people.min(1) }).meta({ examples: [{ user_ids: [BEN.id] }] });
export type InviteBody = z.infer<typeof inviteBody>;

export const groupSummary = z.object({
  id: uuid,
  name: z.string(),
  owner_id: uuid,
  created_at: time,
  state: state.describe('What I am in it'),
  invited_by: userAnswer.optional().describe('While I am invited: the friend who asked me in'),
});
export const groupAnswer = groupSummary
  .extend({
    members: z
      .array(z.object({ user: userAnswer, state }))
      .optional()
      .describe('In the order in which they joined; left out while I am only invited'),
  })
  .meta({
    examples: [
      {
        ...WALK,
        state: 'member',
        members: [
          { user: ANNA, state: 'member' },
          { user: BEN, state: 'invited' },
        ],
      },
    ],
  });
export const groupsAnswer = listOf(groupSummary).meta({
  examples: [{ items: [{ ...WALK, state: 'invited', invited_by: ANNA }], next_cursor: null }],
});

/** Where a page of groups goes on: an id. */
export const groupPosition = z.tuple([uuid]);
