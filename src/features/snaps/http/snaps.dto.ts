import { z } from 'zod';
import { listOf, text, uuid } from '../../../platform/http/index.js';

/** Bodies and answers of the snap routes: the one place where their shape is said. */

const time = z.iso.datetime({ precision: 3 });
const deliveryState = z.enum(['accepted', 'delivered', 'opened', 'replayed', 'withdrawn']);
const kind = z.enum(['photo', 'clip', 'voice', 'text']);
const mode = z.enum(['once', 'until_expiry']);

export const sendSnapBody = z
  .strictObject({
    upload_id: uuid.optional(),
    text: text(500).optional(),
    caption: text(250).optional(),
    alt: text(500).optional(),
    to: z.strictObject({
      user_ids: z
        .array(uuid)
        .min(1)
        .max(100)
        .refine((ids) => new Set(ids).size === ids.length, 'must name each person once'),
    }),
    view: z
      .strictObject({
        mode: mode.optional(),
        seconds: z.int().min(1).max(10).optional(),
        loop: z.boolean().default(false),
        replays: z.union([z.literal(0), z.literal(1)]).default(0),
      })
      .default({ loop: false, replays: 0 }),
    ttl_seconds: z.number().optional(),
  })
  .refine((body) => (body.upload_id === undefined) !== (body.text === undefined), {
    path: ['upload_id'],
    message: 'send either upload_id or text',
  })
  .refine((body) => body.upload_id !== undefined || (body.caption === undefined && body.alt === undefined), {
    path: ['caption'],
    message: 'caption and alt go with an upload',
  });
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

export const sentSnap = z.object({
  id: uuid,
  state: z.enum(['accepted', 'failed', 'erased', 'expired']),
  expires_at: time,
  server_time: time,
  receipt: receipt.nullable(),
});

export const delivery = z.object({ user_id: uuid, state: deliveryState, opened_at: time.optional() });
export const sentSnapDetail = sentSnap.extend({ deliveries: z.array(delivery) });
export const sentSnapList = listOf(sentSnap.omit({ server_time: true }));
export const unsent = z.object({ deliveries: z.array(delivery) });

const view = z.object({ mode, seconds: z.number().nullable(), loop: z.boolean(), replays: z.number() });
const sender = z.object({ id: uuid, handle: z.string(), display_name: z.string() });

export const inboxItemAnswer = z.object({
  snap_id: uuid,
  sender,
  kind,
  sent_at: time,
  expires_at: time,
  view,
  state: deliveryState,
  duration_seconds: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  media: z.object({ bytes: z.number(), sha256: z.string(), content_type: z.string() }).optional(),
});
export const inbox = listOf(inboxItemAnswer).extend({ head: z.number(), server_time: time });

export const mediaLink = z.object({
  url: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  content_type: z.string(),
  url_expires_at: time,
});

export const openSnapBody = z.strictObject({ replay: z.boolean().optional() }).optional();
export type OpenSnapBody = z.infer<typeof openSnapBody>;

export const openedSnap = z.object({
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
});
