import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { ObjectStore } from '../../platform/storage/index.js';
import type { ErasureReason } from './erasure-owed.entity.js';
import { hourWeights, type HourWeight } from './hour-weights.js';
import { hourPrefixes, objectShards } from './object-names.js';
import { readPurgeState, type HourNow, type PurgeState } from './purge-state.js';
import { SweepTurns, type LastTurn } from './sweep-turns.js';

/** Promise 1: bytes are gone within so many seconds for 99 of 100; what is owed for longer is stuck. */
const STUCK_AFTER_SECONDS = 60;
const LISTED_AT_ONCE = 1000;

export interface HourInDetail extends HourNow, HourWeight {
  /** Erasures for which its leaf has to wait. */
  readonly erasuresOwed: number;
}

/** What erasing everything due would touch. */
export interface PurgePlan extends HourWeight {
  readonly hours: readonly number[];
  readonly snapsDue: number;
  readonly erasures: number;
  /** Objects of due hours, as the store lists them, and of erasures that are owed, by their names. */
  readonly objects: number;
}

export interface StuckErasure {
  readonly id: string;
  readonly label: string;
  readonly reason: ErasureReason;
  readonly owed_at: Date;
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly last_error: string | null;
  readonly objects: number;
}

/** Purging as operators see it and ask for it. What it asks for is done by workers, by the jobs and sweeps that do it anyway. */
@Injectable()
export class PurgeDesk {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly store: ObjectStore,
    private readonly turns: SweepTurns,
    private readonly hours: Hours,
  ) {}

  state(): Promise<PurgeState> {
    return readPurgeState(this.database);
  }

  async hour(label: number): Promise<HourInDetail | undefined> {
    const [hour] = await this.database.query<{ state: HourNow['state']; closed_at: Date | null; past: number; owed: number }>(
      `SELECT state, closed_at, (epoch_ms(flits_now()) - label) / 1000.0::float8 AS past,
              (SELECT count(*)::int FROM erasures_owed o WHERE o.label = h.label) AS owed
       FROM hours h WHERE label = $1`,
      [label],
    );
    if (!hour) return undefined;
    const weight = await hourWeights(this.database, [label]);
    return { label, state: hour.state, closedAt: hour.closed_at, pastSeconds: hour.past, erasuresOwed: hour.owed, ...weight };
  }

  /** Looks and touches nothing. */
  async plan(): Promise<PurgePlan> {
    const { hours, snapsDue, erasuresOwed } = await this.state();
    const due = hours.filter(isDue).map(({ label }) => label);
    const [owed] = await this.database.query<{ objects: number }>(
      'SELECT coalesce(sum(cardinality(object_names)), 0)::int AS objects FROM erasures_owed WHERE NOT label = ANY ($1::bigint[])',
      [due],
    );
    let objects = owed?.objects ?? 0;
    for (const label of due) objects += await this.#countObjects(label);
    return { hours: due, snapsDue, erasures: erasuresOwed, objects, ...(await hourWeights(this.database, due)) };
  }

  /**
   * Puts the jobs that every hour and every erasure has anyway, under their own keys: asked twice they are there once. What waits
   * for another attempt is tried now. Snaps that are due before their hour are found by the next sweep, within 15 s.
   */
  async run(): Promise<Pick<PurgePlan, 'hours' | 'erasures'>> {
    const due = (await this.state()).hours.filter(isDue).map(({ label }) => label);
    for (const label of due) await this.queue.add('hour.close', { label }, { key: `hour-${label}` });
    await this.database.query('UPDATE erasures_owed SET next_attempt_at = flits_now() WHERE next_attempt_at > flits_now()');
    const [owed] = await this.database.query<{ id: string; n: number }>(
      'SELECT id, count(*) OVER ()::int AS n FROM erasures_owed ORDER BY owed_at LIMIT 1',
    );
    if (owed) await this.queue.add('erasure.settle', { erasureId: owed.id }, { key: 'erasures-asked' });
    return { hours: due, erasures: owed?.n ?? 0 };
  }

  /** Oldest first. @param after the last one of the page before: owed at, id */
  stuck(limit: number, after?: readonly [number, string]): Promise<StuckErasure[]> {
    return this.database.query<StuckErasure>(
      `SELECT id, label, reason, date_trunc('milliseconds', owed_at) AS owed_at, attempts, next_attempt_at, last_error,
              cardinality(object_names) AS objects
       FROM erasures_owed
       WHERE owed_at < flits_now() - make_interval(secs => ${STUCK_AFTER_SECONDS})
         AND ($2::bigint IS NULL OR (date_trunc('milliseconds', owed_at), id) > (from_epoch_ms($2::bigint), $3::uuid))
       ORDER BY date_trunc('milliseconds', owed_at), id LIMIT $1`,
      [limit, after?.[0] ?? null, after?.[1] ?? null],
    );
  }

  lastOrphanSweep(): Promise<LastTurn | undefined> {
    return this.turns.last('orphans');
  }

  /** A worker's next sweep does it, within 15 s; asked twice it is one. */
  sweepOrphans(): Promise<void> {
    return this.turns.bringForward('orphans');
  }

  async #countObjects(label: number): Promise<number> {
    let objects = 0;
    for (const prefix of hourPrefixes(label, objectShards(this.hours))) {
      let cursor: string | undefined;
      do {
        const page = await this.store.list(prefix, { cursor, limit: LISTED_AT_ONCE });
        objects += page.names.length;
        cursor = page.next;
      } while (cursor !== undefined);
    }
    return objects;
  }
}

const isDue = ({ state, pastSeconds }: HourNow): boolean => state !== 'closed' && pastSeconds >= 0;
