import { z } from 'zod';
import { line, listOf, listQuery, text, uuid } from '../../../platform/http/index.js';
import { evidenceKinds, MAX_NOTE, outcomes, reportReasons } from '../../moderation/index.js';
import { adminRoles } from '../admin.settings.js';

const time = z.iso.datetime({ precision: 3 });
const reason = line(300).describe('Why, for the audit');
const handle = line(24);

export const logInBody = z.strictObject({ name: line(64), password: text(128), code: z.string().max(8).describe('TOTP') });
export type LogInBody = z.infer<typeof logInBody>;
export const sessionAnswer = z.object({ token: z.string(), role: z.enum(adminRoles), expires_at: time });

export const reasonBody = z.strictObject({ reason });
export type ReasonBody = z.infer<typeof reasonBody>;

export const findBody = z.strictObject({ handle, reason });
export type FindBody = z.infer<typeof findBody>;
export const personAnswer = z.object({
  id: uuid,
  handle: z.string(),
  display_name: z.string(),
  created_at: time,
  suspended_at: time.nullable(),
  suspended_reason: z.string().nullable(),
});

export const suspendBody = z.strictObject({ reason, code: z.enum(reportReasons) });
export type SuspendBody = z.infer<typeof suspendBody>;
export const changedAnswer = z.object({ changed: z.boolean() });
export const endedAnswer = z.object({ ended: z.int() });
export const resetLinkAnswer = z.object({ url: z.string().describe('Once, for 24 hours'), expires_at: time });

export const deleteBody = z.strictObject({ reason, confirm: handle.optional().describe('Their handle; without it this is a dry run') });
export type DeleteBody = z.infer<typeof deleteBody>;
export const deleteAnswer = z.object({
  dry_run: z.boolean(),
  handle: z.string(),
  snaps: z.int(),
  uploads: z.int(),
  deliveries: z.int(),
  friends: z.int(),
  groups: z.int(),
  devices: z.int(),
});

export const inviteBody = z.strictObject({ uses: z.int().min(1).max(1000).default(1), days: z.int().min(1).max(90).default(7), reason });
export type InviteBody = z.infer<typeof inviteBody>;
export const inviteAnswer = z.object({ code: z.string(), expires_at: time });

export const reportsQuery = listQuery.extend({ state: z.enum(['open', 'decided']).optional() });
export type ReportsQuery = z.infer<typeof reportsQuery>;
const reportInList = z.object({
  id: uuid,
  reason: z.enum(reportReasons),
  evidence: z.enum(evidenceKinds),
  created_at: time,
  keep_until: time,
  hold: z.enum(['none', 'asked', 'held']),
  decided_at: time.nullable(),
  outcome: z.enum(outcomes).nullable(),
});
export const reportsAnswer = listOf(reportInList);
export const reportAnswer = reportInList.extend({
  reporter_id: uuid.nullable(),
  snap_id: uuid.nullable(),
  user_id: uuid.nullable().describe('Whom it is about'),
  group_id: uuid.nullable(),
  outcome_reason: z.string().nullable(),
});

export const fileBody = z.strictObject({ handle, report_reason: z.enum(reportReasons), note: text(MAX_NOTE).optional(), reason });
export type FileBody = z.infer<typeof fileBody>;
export const filedAnswer = z.object({ id: uuid });

export const copyAnswer = z.object({
  note: z.string().nullable(),
  words: z.object({ text: z.string().optional(), caption: z.string().optional(), alt: z.string().optional() }).nullable(),
  media: z.object({ content_type: z.string(), base64: z.string() }).nullable(),
  media_sha256: z
    .string()
    .nullable()
    .describe('Of a photo, clip or voice note in a `verified_copy`: of the ciphertext that was handed out, lower hex'),
});

export const decideBody = z.strictObject({ outcome: z.enum(outcomes), reason: line(300).describe('Told to both sides') });
export type DecideBody = z.infer<typeof decideBody>;
export const holdAnswer = z.object({ state: z.enum(['asked', 'held']) });
