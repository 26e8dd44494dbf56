import type { Transaction } from '../../platform/database/index.js';

/**
 * After a restore: nobody stays signed in, because a session that ended since the backup would live again. What the backup
 * does not know at all, a device added since, has tokens older than the restore, which TokenAuthenticator refuses.
 * @returns how many sessions ended
 */
export async function endEverySession(tx: Transaction): Promise<number> {
  const ended = await tx.query('UPDATE devices SET ended_at = flits_now() WHERE ended_at IS NULL RETURNING 1');
  return ended.length;
}

/**
 * After a restore: accounts that were deleted since the backup are deleted again. They are marked here; the sweep takes
 * their rows as it does after any deletion. @returns how many
 */
export async function deleteAgain(tx: Transaction, tombstones: readonly string[]): Promise<number> {
  const gone = await tx.query(
    'UPDATE people SET deleted_at = flits_now() WHERE tombstone = ANY ($1::text[]) AND deleted_at IS NULL RETURNING 1',
    [tombstones],
  );
  return gone.length;
}
