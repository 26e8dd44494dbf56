import { z } from 'zod';
import { uuid } from '../../../platform/http/index.js';

/** Bodies and answers of the upload routes: the one place where their shape is said. */

const time = z.iso.datetime({ precision: 3 });
const kind = z.enum(['photo', 'clip', 'voice']);

export const createUploadBody = z.strictObject({
  kind,
  content_type: z
    .string()
    .max(100)
    .regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'must be a media type, such as image/jpeg')
    .describe('What the phone takes the file for; the server decides by decoding it.')
    .meta({ examples: ['image/jpeg'] }),
  bytes: z.int().positive().describe('Length of what will be PUT.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .describe('Of what will be PUT.'),
  encryption: z.enum(['aes128gcm', 'none', 'sealed']).describe('`sealed` is reserved: refused with `bad_encryption` for now.'),
  key: z.string().max(64).optional().describe("The phone's own random 16 bytes for this upload alone, base64url without padding."),
  ttl_seconds: z.number().optional().describe('Lets the whole thing die in an earlier hour.'),
});
export type CreateUploadBody = z.infer<typeof createUploadBody>;

const put = z.object({
  url: z.string(),
  method: z.literal('PUT'),
  headers: z.record(z.string(), z.string()).describe('Send exactly these.'),
  expires_at: time,
});

export const ticketedUpload = z.object({
  id: uuid,
  state: z.enum(['pending', 'processing', 'ready', 'rejected', 'erased', 'expired']),
  put: put.optional().describe('As long as the bytes are awaited.'),
  expires_at: time.describe('When it dies at the latest; an upload that no snap uses dies 6 hours after it was made.'),
  server_time: time,
});

export const uploadAnswer = z.object({
  id: uuid,
  state: z.enum(['pending', 'processing', 'ready', 'rejected']),
  reason: z.string().optional().describe('Why it was rejected.'),
  detail: z.string().optional().describe('The reason in words for a person; not stable.'),
  kind,
  width: z.int().optional(),
  height: z.int().optional(),
  duration_seconds: z.number().optional(),
});
