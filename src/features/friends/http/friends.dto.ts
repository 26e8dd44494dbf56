import { z } from 'zod';
import { listOf, text, uuid } from '../../../platform/http/index.js';
import { HANDLE, userAnswer } from '../../people/index.js';
import { MAX_CODE_USES, MAX_FRIENDS } from '../friends.settings.js';

/** Bodies and answers of friends' routes: the one place where their shape is said. */

const time = z.iso.datetime({ precision: 3 });

export const handleParam = z.string().regex(HANDLE);
export const codeParam = text(64);
export const friendRequestBody = z
  .strictObject({
    handle: z.string().regex(HANDLE, 'must be 3–24 of a–z, 0–9, _ and .').optional(),
    code: text(64).optional().describe('Of a friend code'),
  })
  .refine(({ handle, code }) => (handle === undefined) !== (code === undefined), 'name a handle or a code, and not both')
  .meta({ examples: [{ handle: 'ben' }, { code: 'M7Q2KD4RXW91TB6C' }] });
export type FriendRequestBody = z.infer<typeof friendRequestBody>;

/** Where a page of requests goes on: µs since the epoch, id. */
export const requestPosition = z.tuple([z.int().min(0).max(8_000_000_000_000_000), uuid]);
/** Where a page of people goes on: their id. */
export const personPosition = z.tuple([uuid]);

export const closeFriendsBody = z.strictObject({ user_ids: z.array(uuid).max(MAX_FRIENDS) });
export type CloseFriendsBody = z.infer<typeof closeFriendsBody>;

export const friendCodeBody = z.strictObject({
  uses: z.int().min(1).max(MAX_CODE_USES).default(1),
  ask: z.boolean().default(true),
});
export type FriendCodeBody = z.infer<typeof friendCodeBody>;
export const friendCodeAnswer = z.object({ code: z.string(), url: z.string(), expires_at: time, server_time: time });

export const outcomeAnswer = z.object({
  id: uuid.describe('Once accepted it names nothing any more'),
  state: z.enum(['pending', 'accepted', 'ended']).describe('`ended`: to a late repetition, declined or taken back meanwhile'),
});
export const requestsAnswer = listOf(
  z.object({ id: uuid, direction: z.enum(['incoming', 'outgoing']), user: userAnswer, created_at: time }),
);
export const usersAnswer = listOf(userAnswer);
export const blocksAnswer = listOf(userAnswer.extend({ since: time }));
export const friendsAnswer = listOf(userAnswer.extend({ since: time }));
const relation = z.enum(['self', 'friend', 'requested', 'incoming', 'none']).describe('`requested`: I asked; `incoming`: they asked me');
export const relationAnswer = userAnswer.extend({ relation });
export const previewAnswer = z.object({
  user: userAnswer,
  relation,
  ask: z.boolean().describe('Whether using it asks; else we are friends at once'),
  expires_at: time,
  server_time: time,
});
