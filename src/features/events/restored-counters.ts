import type { Transaction } from '../../platform/database/index.js';

/** Far above anything that was given out after the backup was made, and harmless to numbers that JSON can hold: 2^21 restores. */
const JUMP = 2 ** 32;

/**
 * After a restore: numbers given out since the backup must not come again for other events. A device whose `after` is below
 * the new head, with nothing kept in between, is told to resync. Events of the backup's time speak of what is lost.
 */
export async function jumpCounters(tx: Transaction): Promise<void> {
  await tx.query('TRUNCATE mortal.events');
  await tx.query('UPDATE event_heads SET head = head + $1', [JUMP]);
}
