import type { Database } from '../../platform/database/index.js';
import type { HourState } from './hour.entity.js';

const CLOSED_SHOWN = 5;

export interface HourNow {
  /** End of the hour, ms since the epoch. */
  readonly label: number;
  readonly state: HourState;
  readonly closedAt: Date | null;
  /** Seconds since it ended; negative while it lives. */
  readonly pastSeconds: number;
}

/** What purging has to do at this moment, and what it did last. From rows alone. */
export interface PurgeState {
  /** Every hour that is not closed, and the last few that are; by label. */
  readonly hours: readonly HourNow[];
  readonly hoursDue: number;
  /** Snaps whose end came before their hour's, and which are not erased yet. */
  readonly snapsDue: number;
  readonly erasuresOwed: number;
  /** Age of the oldest of them. */
  readonly oldestErasureSeconds: number;
}

export async function readPurgeState(database: Pick<Database, 'query'>): Promise<PurgeState> {
  const hours = await database.query<{ label: string; state: HourState; closed_at: Date | null; past: number }>(
    `SELECT label, state, closed_at, (epoch_ms(flits_now()) - label) / 1000.0::float8 AS past FROM hours
     WHERE state <> 'closed' OR label IN (SELECT label FROM hours WHERE state = 'closed' ORDER BY label DESC LIMIT ${CLOSED_SHOWN})
     ORDER BY label`,
  );
  const [row] = await database.query<{ snaps: number; owed: number; oldest: number }>(
    `SELECT (SELECT count(*)::int FROM mortal.snaps WHERE due_at <= (SELECT flits_now()) AND state <> 'erased') AS snaps,
            (SELECT count(*)::int FROM erasures_owed) AS owed,
            (SELECT coalesce(extract(epoch FROM flits_now() - min(owed_at)), 0)::float8 FROM erasures_owed) AS oldest`,
  );
  const { snaps = 0, owed = 0, oldest = 0 } = row ?? {};
  return {
    hours: hours.map(({ label, state, closed_at, past }) => ({ label: Number(label), state, closedAt: closed_at, pastSeconds: past })),
    hoursDue: hours.filter(({ state, past }) => state !== 'closed' && past >= 0).length,
    snapsDue: snaps,
    erasuresOwed: owed,
    oldestErasureSeconds: oldest,
  };
}
