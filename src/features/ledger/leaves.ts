/**
 * The leaves of the public log (design, "The public log"). They are text, so that anyone can read one; the log holds no
 * personal data: a commitment means nothing without the salt that its sender alone holds.
 */

/** Why a snap was erased before its hour, as far as the public may know. */
export const reasonClasses = ['opened', 'unsent', 'account_ended', 'failed', 'moderated', 'lost'] as const;
export type ReasonClass = (typeof reasonClasses)[number];

/** @param label end of the hour that covers the snap, ms since the epoch */
export function acceptLeaf(commitment: Buffer, label: number): string {
  return `ACCEPT v1 | ${commitment.toString('hex')} | ${label}`;
}

/** @param hour end of the hour in which it was erased, ms since the epoch: no finer, or the log would show who opened when */
export function eraseLeaf(commitment: Buffer, reason: ReasonClass, hour: number): string {
  return `ERASE v1 | ${commitment.toString('hex')} | ${reason} | ${hour}`;
}

/** Says that every ACCEPT of a label is gone. @param prefixes how many prefixes of the store were listed empty */
export function hourLeaf(label: number, prefixes: number): string {
  return `HOUR v1 | ${label} | ${prefixes}`;
}
