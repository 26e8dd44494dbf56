import { z } from 'zod';
import { line, listOf, uuid } from '../../../platform/http/index.js';
import { userAnswer } from '../../people/index.js';
import { MAX_GROUP_SIZE } from '../groups.settings.js';

/** Bodies and answers of groups' routes: the one place where their shape is said. */

const MAX_NAME = 60;

const time = z.iso.datetime({ precision: 3 });
const state = z.enum(['member', 'invited']).describe('`invited`: nothing that is sent to the group arrives until it is accepted');

const people = z
  .array(uuid)
  .max(MAX_GROUP_SIZE - 1)
  .refine((ids) => new Set(ids).size === ids.length, 'must name each person once');

export const createGroupBody = z.strictObject({ name: line(MAX_NAME), member_ids: people.default([]) });
export type CreateGroupBody = z.infer<typeof createGroupBody>;
export const renameGroupBody = z.strictObject({ name: line(MAX_NAME) });
export type RenameGroupBody = z.infer<typeof renameGroupBody>;
export const inviteBody = z.strictObject({ user_ids: people.min(1) });
export type InviteBody = z.infer<typeof inviteBody>;

export const groupSummary = z.object({
  id: uuid,
  name: z.string(),
  owner_id: uuid,
  created_at: time,
  state: state.describe('What I am in it'),
  invited_by: userAnswer.optional().describe('While I am invited: the friend who asked me in'),
});
export const groupAnswer = groupSummary.extend({
  members: z
    .array(z.object({ user: userAnswer, state }))
    .optional()
    .describe('In the order in which they joined; left out while I am only invited'),
});
export const groupsAnswer = listOf(groupSummary);

/** Where a page of groups goes on: an id. */
export const groupPosition = z.tuple([uuid]);
