import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { leastId } from '../../platform/ids/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { LostHours, Sweeper } from '../expiry/index.js';
import { IncomingEraser } from './incoming-eraser.js';
import type { UploadEntity } from './upload.entity.js';
import { jobOf } from './upload-jobs.js';
import { UploadOutcomes } from './upload-outcomes.js';
import { UploadQuota } from './upload-quota.js';

const BATCH = 500;

/** What the queue lost, what nobody came for, what a crash left behind: found in the rows. */
@Injectable()
export class UploadSweep implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly outcomes: UploadOutcomes,
    private readonly incoming: IncomingEraser,
    private readonly quota: UploadQuota,
    lostHours: LostHours,
  ) {
    lostHours.register((label) => this.#loseHour(label));
  }

  onModuleInit(): void {
    this.sweeper.register({ name: 'uploads that wait for a worker', run: () => this.requeue() });
    this.sweeper.register({ name: 'uploads that nobody used', run: () => this.eraseUnused() });
    this.sweeper.register({ name: 'incoming objects left over', run: () => this.eraseIncoming() });
    this.sweeper.register({ name: 'charges that count no longer', run: () => this.quota.deleteDead() });
  }

  /**
   * Jobs that were never added, or whose worker died. A job that is still in the queue is not doubled: the key joins them. Waiting
   * and the 15 s from one sweep to the next together leave time for the work within the 30 s in which all that was lost is made again.
   */
  async requeue(): Promise<void> {
    const waiting = await this.database.query<Pick<UploadEntity, 'id' | 'kind' | 'contentType'>>(
      `SELECT id, kind, content_type AS "contentType" FROM mortal.uploads
       WHERE state = 'processing' AND claimed_until <= flits_now() - interval '10 seconds'
       ORDER BY claimed_until LIMIT $1`,
      [BATCH],
    );
    for (const upload of waiting) await this.queue.add(jobOf(upload), { uploadId: upload.id }, { key: upload.id });
  }

  async eraseUnused(): Promise<void> {
    for (let found = BATCH; found === BATCH;) {
      const unused = await this.database.query<{ id: string }>(
        `SELECT id FROM mortal.uploads WHERE unused_until <= flits_now() AND snap_id IS NULL AND state <> 'erased' LIMIT $1`,
        [BATCH],
      );
      for (const { id } of unused) await this.outcomes.unused(id);
      found = unused.length;
    }
  }

  async eraseIncoming(): Promise<void> {
    const left = await this.database.query<{ id: string; incomingName: string }>(
      `SELECT id, incoming_name AS "incomingName" FROM mortal.uploads
       WHERE incoming_name IS NOT NULL AND incoming_due <= flits_now() AND state IN ('ready', 'rejected', 'erased') LIMIT $1`,
      [BATCH],
    );
    await this.incoming.erase(left);
  }

  /** Uploads that no snap uses: those that one uses go with it. */
  async #loseHour(label: number): Promise<void> {
    const lost = await this.database.query<{ id: string }>(
      `SELECT id FROM mortal.uploads WHERE id >= $1 AND id < $2 AND snap_id IS NULL AND state <> 'erased'`,
      [leastId(label), leastId(label + 1)],
    );
    for (const { id } of lost) await this.outcomes.lost(id);
  }
}
