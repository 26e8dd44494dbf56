/** How long a report and what was sealed with it are kept. */
export const KEPT_DAYS = 30;
/** A hold, set by one moderator and confirmed by another, keeps a report as long once more. */
export const HOLD_DAYS = 30;
export const MAX_NOTE = 500;
/** Of a sealed copy: as much as the pipeline ever puts out. */
export const MAX_COPY_BYTES = 32_000_000;
/** A copy without a row is left over from a report that failed; nobody is still at it after an hour. */
export const STRAY_AFTER_MS = 3_600_000;

export const reportReasons = [
  'harassment',
  'threat',
  'nudity',
  'minor_safety',
  'self_harm',
  'illegal',
  'spam',
  'impersonation',
  'other',
] as const;
export type ReportReason = (typeof reportReasons)[number];

export const evidenceKinds = ['sealed', 'verified_copy', 'unverified', 'gone'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

export const outcomes = ['no_action', 'warned', 'removed', 'suspended'] as const;
export type Outcome = (typeof outcomes)[number];
