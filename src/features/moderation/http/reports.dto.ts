import { z } from 'zod';
import { listOf, text, uuid } from '../../../platform/http/index.js';
import { evidenceKinds, MAX_NOTE, outcomes, reportReasons } from '../moderation.settings.js';

const time = z.iso.datetime({ precision: 3 });

const ownCopy = z.strictObject({
  franking_tag: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be base64 of 32 bytes')
    .describe('As `open` gave it'),
  sender_id: uuid.optional().describe('Needed once the hour of the snap is past'),
  media_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .optional()
    .describe('Of the ciphertext, as `open` gave it'),
  text: text(500).optional(),
  caption: text(250).optional(),
  alt: text(500).optional(),
});

export const reportBody = z
  .strictObject({
    snap_id: uuid.optional(),
    user_id: uuid.optional(),
    group_id: uuid.optional(),
    reason: z.enum(reportReasons),
    note: text(MAX_NOTE).optional().describe('For the moderators alone'),
    evidence: ownCopy.optional().describe('My own copy of a snap that is gone'),
    block: z.boolean().optional().describe('Also block whom this is about. Capability `report_block`'),
  })
  .check(({ value: { snap_id, user_id, group_id, evidence }, issues }) => {
    const named = [snap_id, user_id, group_id].filter((id) => id !== undefined).length;
    const refuse = (path: string[], message: string) =>
      issues.push({ code: 'custom', input: undefined, path, message, params: { code: 'one_of' } });
    if (named !== 1) refuse([], 'must have one of snap_id, user_id and group_id');
    if (evidence && snap_id === undefined) refuse(['evidence'], 'goes with snap_id');
  })
  .meta({
    examples: [{ snap_id: '0196a1c2-5f00-8a31-9c4e-0d1b2a3c4d5e', reason: 'harassment', note: 'It was sent to me twice.', block: true }],
  });
export type ReportBody = z.infer<typeof reportBody>;

export const reportMadeAnswer = z.object({ id: uuid, evidence: z.enum(evidenceKinds) });

export const reportsAnswer = listOf(
  z.object({
    id: uuid,
    role: z.enum(['reporter', 'reported']),
    snap_id: uuid.optional(),
    user_id: uuid.optional(),
    group_id: uuid.optional(),
    reason: z.enum(reportReasons),
    evidence: z.enum(evidenceKinds).optional().describe('Of what I filed.'),
    state: z.enum(['open', 'decided']),
    created_at: time.optional().describe('Of what I filed.'),
    decided_at: time.optional(),
    outcome: z.enum(outcomes).optional(),
    outcome_reason: z.string().optional(),
  }),
);
