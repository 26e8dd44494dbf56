import { leastId } from '../../src/platform/ids/index.js';
import type { Cost } from './cost.js';
import type { Stage } from './stage.js';

/** The end of an hour as Flits does it: costs since it began, and what it wrote. */
export interface Closed {
  readonly keyDestroyed: Cost;
  /** What must outlive the hour's rows has been looked for. */
  readonly lookedThrough: Cost;
  /** Every mortal table of the hour is detached. */
  readonly unreachable: Cost;
  readonly dropped: Cost;
  /** The store's 256 prefixes were listed empty, the leaf is written. */
  readonly closed: Cost;
  readonly walBytes: number;
  /** Rows that the public log got. */
  readonly leaves: number;
}

/** The same rows deleted one by one. */
export interface Deleted {
  readonly deleted: Cost;
  readonly vacuumed: Cost;
  readonly walBytes: number;
}

export async function closeHour(stage: Stage, label: number): Promise<Closed> {
  const { database, meter } = stage;
  const wal = await walPosition(stage);
  const leaves = await countLeaves(stage);
  await database.restart();
  await stage.closer.close(label);
  const closed = meter.read();
  const [still] = await database.query<{ there: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS there`, [`mortal.snaps_${label}`]);
  if (still?.there) throw new Error('the hour was closed and its table is still there');
  return {
    keyDestroyed: database.until('UPDATE hours SET state'),
    lookedThrough: database.until('SELECT id FROM mortal.snaps'),
    unreachable: database.until('SELECT detach_hour'),
    dropped: database.until('SELECT drop_hour'),
    closed,
    walBytes: await walSince(stage, wal),
    leaves: (await countLeaves(stage)) - leaves,
  };
}

/** DELETE by id range through the parents, in one transaction; then VACUUM. The empty hour is closed afterwards, unmeasured. */
export async function deleteHour(stage: Stage, label: number): Promise<Deleted> {
  const { owner, meter } = stage;
  const wal = await walPosition(stage);
  const range = [leastId(label), leastId(label + 1)];
  await meter.restart();
  await owner.query('BEGIN');
  await owner.query('DELETE FROM mortal.deliveries WHERE snap_id >= $1 AND snap_id < $2', range);
  const { rowCount } = await owner.query('DELETE FROM mortal.snaps WHERE id >= $1 AND id < $2', range);
  await owner.query('COMMIT');
  const deleted = meter.read();
  if (!rowCount) throw new Error('nothing was deleted');
  await owner.query(`VACUUM mortal.snaps_${label}, mortal.deliveries_${label}`);
  const vacuumed = meter.read();
  const walBytes = await walSince(stage, wal);
  await stage.closer.close(label);
  return { deleted, vacuumed, walBytes };
}

async function walPosition({ owner }: Stage): Promise<string> {
  const { rows } = await owner.query<{ at: string }>('SELECT pg_current_wal_insert_lsn() AS at');
  return rows[0]!.at;
}

async function walSince({ owner }: Stage, before: string): Promise<number> {
  const { rows } = await owner.query<{ bytes: string }>('SELECT pg_current_wal_insert_lsn() - $1::pg_lsn AS bytes', [before]);
  return Number(rows[0]!.bytes);
}

async function countLeaves({ owner }: Stage): Promise<number> {
  const { rows } = await owner.query<{ count: number }>('SELECT count(*)::int AS count FROM ledger_outbox');
  return rows[0]!.count;
}
