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

/**
 * A copy that moderators keep of something that was reported: until then at the latest, and its end is an ERASE.
 * @param label end of the hour, ms since the epoch
 */
export function keepLeaf(commitment: Buffer, label: number): string {
  return `KEEP v1 | ${commitment.toString('hex')} | ${label}`;
}

/** What a leaf is about: the commitment, or an hour's label in ASCII. At most one leaf of a kind has the same. */
export function subjectOf(leaf: string): Buffer {
  const [kind, about] = leaf.split(' | ');
  const isHour = kind === 'HOUR v1';
  if (!about || !(isHour ? /^\d{1,16}$/ : /^[0-9a-f]{64}$/).test(about)) throw new Error('not a leaf of this log');
  return Buffer.from(about, isHour ? 'ascii' : 'hex');
}

/** Says that every ACCEPT of a label is gone. @param prefixes how many prefixes of the store were listed empty */
export function hourLeaf(label: number, prefixes: number): string {
  return `HOUR v1 | ${label} | ${prefixes}`;
}
