import type { Database } from '../../platform/database/index.js';
import { leastId } from '../../platform/ids/index.js';

/** What of some hours is still in rows. Once the rows are dropped, nothing is: objects are named by the hour alone. */
export interface HourWeight {
  readonly snaps: number;
  readonly deliveries: number;
  readonly uploads: number;
  /** Of media that is ready, as it lies in the store. */
  readonly bytes: number;
}

/** @param labels ends of hours, ms since the epoch */
export async function hourWeights(database: Pick<Database, 'query'>, labels: readonly number[]): Promise<HourWeight> {
  const sum = { snaps: 0, deliveries: 0, uploads: 0, bytes: 0 };
  for (const label of labels) {
    // From the hour's least id to the next label's: one partition of each table.
    const [row] = await database.query<HourWeight>(
      `SELECT (SELECT count(*)::int FROM mortal.snaps WHERE id >= $1::uuid AND id < $2::uuid) AS snaps,
              (SELECT count(*)::int FROM mortal.deliveries WHERE snap_id >= $1::uuid AND snap_id < $2::uuid) AS deliveries,
              (SELECT count(*)::int FROM mortal.uploads WHERE id >= $1::uuid AND id < $2::uuid) AS uploads,
              (SELECT coalesce(sum(bytes), 0)::float8 FROM mortal.uploads WHERE id >= $1::uuid AND id < $2::uuid AND state = 'ready') AS bytes`,
      [leastId(label), leastId(label + 1)],
    );
    for (const key of Object.keys(sum) as (keyof HourWeight)[]) sum[key] += row?.[key] ?? 0;
  }
  return sum;
}
