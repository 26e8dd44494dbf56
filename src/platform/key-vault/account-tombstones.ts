/**
 * Which accounts were deleted, kept where no backup of the database reaches, so that a restored one deletes them again.
 * A tombstone is the random number that the person's row has held since sign-up (`people.tombstone`): once that row is gone
 * it means nothing to anyone, except to the restore of a backup that still holds the row.
 *
 * Whoever deletes an account adds its tombstone before the row goes, and may do so again: a crash in between is then made
 * good by the deletion's own repetition.
 */
export abstract class AccountTombstones {
  /** Idempotent; resolves once the vault has it. @param tombstone UUID @throws where the vault cannot be written */
  abstract add(tombstone: string): Promise<void>;
  /** All of them, page by page. @throws where the vault cannot be asked */
  abstract pages(): AsyncIterable<readonly string[]>;
}
