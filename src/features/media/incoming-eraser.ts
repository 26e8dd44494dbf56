import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Log } from '../../platform/observability/index.js';
import { ObjectStore } from '../../platform/storage/index.js';

/**
 * Removes what the phone PUT once the stored object has taken its place. Its link may live on, and the same bytes come a second
 * time (R7): nobody reads them, the row remembers the name until no PUT can be under way, and they are removed then.
 */
@Injectable()
export class IncomingEraser {
  constructor(
    private readonly store: ObjectStore,
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  /** Never rejects: what is left over is found by the sweep, and by the end of the hour at the latest. */
  async erase(uploads: readonly { id: string; incomingName: string }[]): Promise<void> {
    if (uploads.length === 0) return;
    try {
      const kept = await this.#delete(uploads.map(({ incomingName }) => incomingName));
      const idsOf = (some: typeof uploads): string[] => some.map(({ id }) => id);
      await this.database.query(
        `UPDATE mortal.uploads
         SET incoming_name = CASE WHEN id = ANY ($2) THEN incoming_name END, incoming_due = least(incoming_due, flits_now())
         WHERE id = ANY ($1) AND (id = ANY ($2) OR incoming_due <= flits_now()) AND state NOT IN ('pending', 'processing')`,
        [idsOf(uploads), idsOf(uploads.filter(({ incomingName }) => kept.has(incomingName)))],
      );
    } catch (error) {
      this.log.warn({ err: error }, 'rows could not be told which incoming objects are gone; the sweep tries again');
    }
  }

  /** @returns the names of those that are still there, or may be */
  async #delete(names: readonly string[]): Promise<ReadonlySet<string>> {
    const words = 'incoming objects could not be deleted; the sweep tries again';
    try {
      const kept = (await this.store.deleteMany(names)).filter(({ deleted }) => !deleted);
      if (kept.length > 0) this.log.warn({ kept: kept.length, reasons: [...new Set(kept.map(({ reason }) => reason))] }, words);
      return new Set(kept.map(({ name }) => name));
    } catch (error) {
      this.log.warn({ err: error }, words);
      return new Set(names);
    }
  }
}
