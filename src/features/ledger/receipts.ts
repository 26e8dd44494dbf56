import type { Hours } from '../../platform/ids/index.js';
import { commit } from './commitment.js';
import type { LogKey } from './log-key.js';

/** The sender's signed promise that the snap's ACCEPT leaf will be in the log by `merge_by` (as a CT SCT, RFC 6962 §3.2). */
export interface Receipt {
  readonly snap_id: string;
  /** hex */
  readonly commitment: string;
  /** hex; whoever holds it can tie the commitment to the snap, so only the sender does */
  readonly salt: string;
  readonly log_origin: string;
  /** end of the hour in which it dies, RFC 3339 */
  readonly label: string;
  readonly accepted_at: string;
  readonly merge_by: string;
  /** base64, Ed25519 over `receiptText` */
  readonly signature: string;
}

/** The bytes a receipt's signature covers: one field a line. */
export function receiptText(receipt: Omit<Receipt, 'signature'>): string {
  const { log_origin, snap_id, commitment, salt, label, accepted_at, merge_by } = receipt;
  return ['flits-receipt-v1', log_origin, snap_id, commitment, salt, label, accepted_at, merge_by, ''].join('\n');
}

/** Signs receipts. Ed25519 is deterministic: the same snap always gets the same receipt, and none is stored. */
export class Receipts {
  constructor(
    private readonly key: LogKey,
    private readonly hours: Hours,
  ) {}

  /** @param acceptedAt ms since the epoch, as the database wrote it */
  issue(snapId: string, salt: Buffer, acceptedAt: number): Receipt {
    const label = this.hours.labelOf(snapId);
    if (label === undefined) throw new Error('not a mortal id');
    const promise = {
      snap_id: snapId,
      commitment: commit(salt, snapId).toString('hex'),
      salt: salt.toString('hex'),
      log_origin: this.key.origin,
      label: new Date(label).toISOString(),
      accepted_at: new Date(acceptedAt).toISOString(),
      // Leaves are published once an hour: at the end of the hour in which they came, and an hour is left to do it.
      merge_by: new Date(this.hours.ceil(acceptedAt) + this.hours.bucketMs).toISOString(),
    };
    return { ...promise, signature: this.key.sign(Buffer.from(receiptText(promise))).toString('base64') };
  }
}
