import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import { MediaErrors } from './media.errors.js';
import type { UploadKind } from './upload.states.js';

/** A count is good for so long; a burst within it is let in. */
const FRESH_MS = 1000;

/**
 * Back-pressure: no more tickets of a kind while too many of its uploads wait for a worker. Counted in the rows, so that it
 * holds whatever became of the queues. Asked where a phone is about to send bytes, never afterwards: what was PUT is processed.
 */
@Injectable()
export class UploadBacklog {
  #latest?: { readonly at: number; readonly waiting: Promise<ReadonlyMap<UploadKind, number>> };

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  /** @throws Fault unavailable where the queue of this kind is long */
  async check(kind: UploadKind): Promise<void> {
    const waiting = await this.#waiting();
    if ((waiting.get(kind) ?? 0) >= this.#most(kind)) throw MediaErrors.busy();
  }

  #most(kind: UploadKind): number {
    const { PHOTOS_WAITING, CLIPS_WAITING, VOICES_WAITING } = this.config;
    return { photo: PHOTOS_WAITING, clip: CLIPS_WAITING, voice: VOICES_WAITING }[kind];
  }

  #waiting(): Promise<ReadonlyMap<UploadKind, number>> {
    const now = this.clock.now();
    if (!this.#latest || now - this.#latest.at >= FRESH_MS || now < this.#latest.at) this.#latest = { at: now, waiting: this.#count() };
    return this.#latest.waiting;
  }

  async #count(): Promise<ReadonlyMap<UploadKind, number>> {
    const rows = await this.database.query<{ kind: UploadKind; waiting: number }>(
      `SELECT kind, count(*)::int AS waiting FROM mortal.uploads WHERE state = 'processing' GROUP BY kind`,
    );
    return new Map(rows.map(({ kind, waiting }) => [kind, waiting]));
  }
}
