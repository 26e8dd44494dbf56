import { z } from 'zod';
import { line, text, uuid } from '../../../platform/http/index.js';
import { isCommonPassword } from '../common-passwords.js';
import { HANDLE, isReserved } from '../handle.js';
import { MAX_NAME, MAX_PASSWORD, MIN_PASSWORD } from '../people.settings.js';

/** Bodies and answers of accounts, sessions and devices: the one place where their shape is said. */

const time = z.iso.datetime({ precision: 3 });
const handle = z.string().regex(HANDLE, 'must be 3–24 of a–z, 0–9, _ and .');
const deviceName = line(MAX_NAME).default('Unnamed device');
const viewTime = z.enum(['as_sent', 'x5', 'until_closed']);
const givenPassword = text(MAX_PASSWORD);

const newHandle = handle.check(({ value, issues }) => {
  if (isReserved(value)) issues.push({ code: 'custom', input: value, message: 'is reserved', params: { code: 'reserved' } });
});
const newPassword = text(MAX_PASSWORD, MIN_PASSWORD)
  .check(({ value, issues }) => {
    if (isCommonPassword(value.normalize('NFKC')))
      issues.push({ code: 'custom', input: value, message: 'is among the first that are guessed', params: { code: 'too_common' } });
  })
  .describe('Compared after Unicode normalisation (NFKC), so that it is one password however a keyboard composes it; nothing is trimmed');

function refuseHandle(field: string, password: string, own: string, issues: z.core.$ZodRawIssue[]): void {
  if (password.toLowerCase() !== own) return;
  issues.push({ code: 'custom', input: password, path: [field], message: 'must not be the handle', params: { code: 'too_common' } });
}

export const signUpBody = z
  .strictObject({
    handle: newHandle,
    password: newPassword,
    display_name: line(MAX_NAME).optional(),
    birth_date: z.iso
      .date()
      .refine((date) => date >= '1900-01-01', 'must be after 1900')
      .optional()
      .describe('Never demanded; one that is given must reach the server’s min_age'),
    invite_code: text(64).optional().describe('For servers with registration by invite'),
    device_name: deviceName,
  })
  .check(({ value: { handle: own, password }, issues }) => refuseHandle('password', password, own, issues));
export type SignUpBody = z.infer<typeof signUpBody>;

export const logInBody = z.strictObject({ handle, password: givenPassword, device_name: deviceName, replace_device_id: uuid.optional() });
export type LogInBody = z.infer<typeof logInBody>;

export const refreshBody = z.strictObject({ refresh_token: text(128) });
export type RefreshBody = z.infer<typeof refreshBody>;

export const recoverBody = z
  .strictObject({ handle, recovery_code: text(64), new_password: newPassword, device_name: deviceName })
  .check(({ value: { handle: own, new_password: password }, issues }) => refuseHandle('new_password', password, own, issues));
export type RecoverBody = z.infer<typeof recoverBody>;

export const resetBody = z.strictObject({ reset_code: text(64), new_password: newPassword, device_name: deviceName });
export type ResetBody = z.infer<typeof resetBody>;

export const reauthBody = z.strictObject({ password: givenPassword });
export type ReauthBody = z.infer<typeof reauthBody>;

export const patchMeBody = z.strictObject({
  display_name: line(MAX_NAME).optional(),
  opened_receipts: z.boolean().optional().describe('Mutual: off hides mine from others and theirs from me'),
  view_time: viewTime.optional().describe('Longer views for who needs them (WCAG 2.2.1): five times as long, or until I close'),
});
export type PatchMeBody = z.infer<typeof patchMeBody>;

export const passwordBody = z.strictObject({ password: givenPassword.optional(), new_password: newPassword });
export type PasswordBody = z.infer<typeof passwordBody>;

export const userAnswer = z.object({ id: uuid, handle: z.string(), display_name: z.string() });

export const tokensAnswer = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in_seconds: z.int() });
export const sessionAnswer = tokensAnswer.extend({ user: userAnswer, device: z.object({ id: uuid, name: z.string() }) });
export const newSessionAnswer = sessionAnswer.extend({ recovery_code: z.string().describe('Shown once: write it down') });
export const meAnswer = userAnswer.extend({ created_at: time, opened_receipts: z.boolean(), view_time: viewTime });
export const tokenParam = z.string().max(64);
export const exportAnswer = z.object({
  id: uuid,
  state: z.literal('ready'),
  url: z.string().describe('Needs no token: whoever has it can read the export'),
  expires_at: time,
  server_time: time,
});
export const exportedAnswer = z
  .object({ made_at: time, notes: z.string() })
  .catchall(z.unknown())
  .describe('An array a part; more parts may be added');
export const heldAnswer = z.object({
  items: z.array(z.object({ name: z.string(), what: z.string(), until: z.string(), rows: z.int() })),
  next_cursor: z.null(),
});
export const devicesAnswer = z.object({
  items: z.array(z.object({ id: uuid, name: z.string(), created_at: time, current: z.boolean() })),
  next_cursor: z.null(),
});
