import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Log } from '../../platform/observability/index.js';
import { ObjectStore } from '../../platform/storage/index.js';

/** Removes what the phone PUT once the stored object has taken its place; the row forgets the name only when it is gone. */
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
      const results = await this.store.deleteMany(uploads.map(({ incomingName }) => incomingName));
      const kept = new Map(results.filter(({ deleted }) => !deleted).map(({ name, reason }) => [name, reason]));
      if (kept.size > 0)
        this.log.warn(
          { kept: kept.size, reasons: [...new Set(kept.values())] },
          'incoming objects could not be deleted; the sweep tries again',
        );
      const gone = uploads.filter(({ incomingName }) => !kept.has(incomingName)).map(({ id }) => id);
      await this.database.query(
        `UPDATE mortal.uploads SET incoming_name = NULL WHERE id = ANY ($1) AND state NOT IN ('pending', 'processing')`,
        [gone],
      );
    } catch (error) {
      this.log.warn({ err: error }, 'incoming objects could not be deleted; the sweep tries again');
    }
  }
}
