import { z } from 'zod';
import { listOf, text, uuid } from '../../../platform/http/index.js';
import { userAnswer } from '../../people/index.js';
import { examples } from './snaps.examples.js';
import { MAX_ALBUM, MAX_RECIPIENTS } from '../snaps.settings.js';

/** Bodies and answers of the snap routes: the one place where their shape is said. */

const time = z.iso.datetime({ precision: 3 });
const deliveryState = z.enum(['accepted', 'delivered', 'opened', 'replayed', 'screenshot', 'withdrawn']);
const kind = z.enum(['photo', 'clip', 'voice', 'text']);
const mode = z.enum(['once', 'until_expiry']);
const story = z.enum(['friends', 'close']);

const each = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .max(max)
    .refine((ids) => new Set(ids).size === ids.length, 'must name each once');

const audience = z
  .strictObject({
    user_ids: each(uuid, MAX_RECIPIENTS).optional().describe('Friends, or members of a group of mine: all of them or nothing'),
    group_ids: each(uuid, MAX_RECIPIENTS).optional().describe('Groups I am in: whoever is in them now'),
    story: story.optional().describe('All friends, or my close friends: whoever they are now'),
  })
  .refine(({ user_ids = [], group_ids = [], story: posted }) => user_ids.length + group_ids.length > 0 || posted !== undefined, {
    message: 'must name somebody, a group, or a story',
  })
  .describe(`Any of them at once; each person counts once. People and groups: at most ${MAX_RECIPIENTS} together`);

export const sendSnapBody = z
  .strictObject({
    upload_id: uuid.optional(),
    upload_ids: each(uuid, MAX_ALBUM).min(1).optional().describe('An album: one snap each, all accepted or none'),
    text: text(500).optional(),
    caption: text(250).optional(),
    alt: text(500).optional(),
    to: audience,
    view: z
      .strictObject({
        mode: mode.optional(),
        seconds: z.int().min(1).max(10).optional(),
        loop: z.boolean().default(false),
        replays: z
          .union([z.literal(0), z.literal(1)])
          .default(0)
          .describe('Whether a `once` may be seen once more; what is open until it expires has no replays'),
      })
      .default({ loop: false, replays: 0 }),
    ttl_seconds: z.number().optional(),
    in_reply_to: uuid.optional().describe('A snap I was sent; only to exactly its author, never wider'),
  })
  .refine((body) => [body.upload_id, body.upload_ids, body.text].filter((given) => given !== undefined).length === 1, {
    path: ['upload_id'],
    message: 'send either upload_id, upload_ids or text',
  })
  .refine((body) => body.text === undefined || (body.caption === undefined && body.alt === undefined), {
    path: ['caption'],
    message: 'caption and alt go with an upload',
  })
  .refine((body) => body.to.story === undefined || body.view.mode !== 'once', {
    path: ['view', 'mode'],
    message: 'a story is until_expiry',
  })
  .refine(({ text: note, to, view: { mode: asked, replays } }) => replays === 0 || asked === 'once' || (!asked && !note && !to.story), {
    path: ['view', 'replays'],
    message: 'only a once can be replayed',
  })
  .refine(
    ({ in_reply_to, to }) =>
      in_reply_to === undefined || (to.user_ids?.length === 1 && (to.group_ids?.length ?? 0) === 0 && to.story === undefined),
    { path: ['in_reply_to'], message: 'an answer goes to the author of what it answers, and to nobody else' },
  )
  .meta({ examples: examples.send });
export type SendSnapBody = z.infer<typeof sendSnapBody>;

export const receipt = z.object({
  snap_id: uuid,
  commitment: z.string(),
  salt: z.string(),
  log_origin: z.string(),
  label: time,
  accepted_at: time,
  merge_by: time,
  signature: z.string(),
});

const album = z.object({ id: uuid, index: z.int().describe('From 0'), count: z.int().describe('Of the parts') });

export const sentSnap = z.object({
  id: uuid,
  state: z.enum(['accepted', 'failed', 'erased', 'expired']),
  expires_at: time,
  server_time: time,
  receipt: receipt.nullable(),
  album: album.optional(),
  reason: z.string().optional().describe('Why it failed: what its upload was refused for'),
  detail: z.string().optional().describe('The reason in words for a person; not stable.'),
});
/** What a send answers: the one snap, or an album's. */
export const accepted = z.union([sentSnap, z.object({ items: z.array(sentSnap) })]).meta({ examples: examples.accepted });

export const delivery = z.object({ user_id: uuid, state: deliveryState, opened_at: time.optional() });
const mine = sentSnap.extend({ kind, story: story.optional(), in_reply_to: uuid.optional().describe('While that one lives') });
export const sentSnapDetail = mine
  .extend({ deliveries: z.array(delivery).describe('Everybody named or in a group it went to, and of a story whoever saw it') })
  .meta({ examples: examples.sentDetail });
export const sentSnapList = listOf(mine.omit({ server_time: true }))
  .extend({ server_time: time })
  .meta({ examples: examples.sentList });
export const unsent = z.object({ deliveries: z.array(delivery) }).meta({ examples: examples.unsent });

const view = z.object({ mode, seconds: z.number().nullable(), loop: z.boolean(), replays: z.number() });
const sender = z.object({ id: uuid, handle: z.string(), display_name: z.string() });

export const inboxItemAnswer = z.object({
  snap_id: uuid,
  sender,
  group_id: uuid.optional().describe('The group it came through'),
  in_reply_to: uuid.optional().describe('The snap of mine that it answers, while that one lives'),
  album: album.optional(),
  kind,
  sent_at: time,
  expires_at: time,
  view,
  state: deliveryState,
  muted: z.literal(true).optional().describe('I have muted the sender: wake nobody up for it'),
  duration_seconds: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  media: z.object({ bytes: z.number(), sha256: z.string(), content_type: z.string() }).optional(),
});
export const inbox = listOf(inboxItemAnswer).extend({ head: z.number(), server_time: time }).meta({ examples: examples.inbox });

export const storyItemAnswer = inboxItemAnswer.extend({ seen: z.boolean().describe('By me') });
export const stories = listOf(storyItemAnswer).extend({ server_time: time }).meta({ examples: examples.stories });
/** Where a page of stories goes on: the author's newest, the author, the snap's time and id; times in ms since the epoch. */
export const storyPosition = z.tuple([z.int().min(0).max(8.64e15), uuid, z.int().min(0).max(8.64e15), uuid]);
export const viewers = listOf(z.object({ user: userAnswer, opened_at: time })).meta({ examples: examples.viewers });

export const mediaLink = z.object({
  url: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  content_type: z.string(),
  url_expires_at: time,
});
export const freshMediaLink = mediaLink.extend({ server_time: time }).meta({ examples: examples.mediaLink });

export const openSnapBody = z.strictObject({ replay: z.boolean().optional() }).meta({ examples: examples.openBody }).optional();
export type OpenSnapBody = z.infer<typeof openSnapBody>;

export const openedSnap = z
  .object({
    media: mediaLink.extend({ encryption: z.literal('aes128gcm'), key: z.string(), thumbhash: z.string().optional() }).nullable(),
    text: z.string().optional(),
    caption: z.string().optional(),
    alt: z.string().optional(),
    view: z.object({
      mode,
      seconds: z.number().nullable(),
      loop: z.boolean(),
      lease_expires_at: time.nullable(),
      lease_seconds_left: z.number().nullable(),
      replays_left: z.number(),
    }),
    franking_tag: z.string(),
    server_time: time,
  })
  .meta({ examples: examples.opened });
