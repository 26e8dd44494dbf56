import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import { LogKey } from '../log-key.js';
import { LogKeyArchive, type FirstUse } from './log-key-archive.js';

const PREFIX = 'log_key ';

export interface LogKeyPeriod extends FirstUse {
  /** When the next one took over; null: in use. */
  readonly until: string | null;
}

/**
 * Which keys have signed for this log, and when: rows of `settings`, and the same in the object store, written when a process
 * first runs with a key. Receipts and heads of earlier keys stay verifiable because the keys stay named.
 */
@Injectable()
export class LogKeyHistory {
  constructor(
    private readonly database: Database,
    private readonly key: LogKey,
    private readonly archive: LogKeyArchive,
  ) {}

  /** Oldest first; the present key has no end. A key that comes back after another one is named from its first time on. */
  async read(): Promise<LogKeyPeriod[]> {
    const present = this.key.verifierKey();
    const archived = await this.archive.read();
    await this.database.query(
      `INSERT INTO settings (name, value) SELECT $1 || key, value FROM unnest($2::text[], $3::text[]) AS known(key, value)
       UNION ALL SELECT $1 || $4, to_char(flits_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
       ON CONFLICT DO NOTHING`,
      [PREFIX, archived.map(({ key }) => key), archived.map(({ from }) => from), present],
    );
    const rows = await this.database.query<FirstUse>(
      'SELECT substr(name, length($1) + 1) AS key, value AS "from" FROM settings WHERE starts_with(name, $1) ORDER BY value',
      [PREFIX],
    );
    const mine = rows.find(({ key }) => key === present);
    if (mine && !archived.some(({ key }) => key === present)) await this.archive.write(this.key.keyId, mine);
    return rows.map(({ key, from }, index) => ({ key, from, until: key === present ? null : (rows[index + 1]?.from ?? from) }));
  }
}
