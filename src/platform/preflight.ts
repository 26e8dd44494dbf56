import type { Config } from './config/index.js';
import { isMigrated, type Database } from './database/index.js';

/** What must be true of the database before anyone is served. */
const CLOCK_SLACK_MS = 5;

/**
 * @throws Error in words: migrations have not run, the database was made with another BUCKET_SECONDS, or (in production) its
 * clock is a shifted one
 */
export async function checkDatabase(database: Database, config: Config): Promise<void> {
  if (!(await isMigrated(database.dataSource))) {
    throw new Error(
      'The database is not up to date. Run `flits migrate` (`npm run migrate` in a clone) with DATABASE_OWNER_URL set, then start again.',
    );
  }
  await checkBucket(database, config.BUCKET_SECONDS);
  if (config.NODE_ENV !== 'production') return;
  const [row] = await database.query<{ shift: number }>(
    'SELECT abs(extract(epoch FROM flits_now() - clock_timestamp()) * 1000)::float8 AS shift',
  );
  if ((row?.shift ?? 0) > CLOCK_SLACK_MS)
    throw new Error("The database's flits_now() is shifted, which only tests may do: production refuses it.");
}

/** Labels are aligned to the hour's width, so it is fixed with the first start on a database. */
async function checkBucket(database: Database, bucketSeconds: number): Promise<void> {
  await database.query(`INSERT INTO settings (name, value) VALUES ('bucket_seconds', $1) ON CONFLICT DO NOTHING`, [String(bucketSeconds)]);
  const [row] = await database.query<{ value: string }>(`SELECT value FROM settings WHERE name = 'bucket_seconds'`);
  if (row?.value !== String(bucketSeconds)) {
    throw new Error(
      `This database was made with BUCKET_SECONDS=${row?.value}; the configuration says ${bucketSeconds}. ` +
        'Set BUCKET_SECONDS (or SNAP_TTL_SECONDS, from which it follows) back, or start on an empty database.',
    );
  }
}
