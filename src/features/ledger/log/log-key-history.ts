import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import { LogKey } from '../log-key.js';

const PREFIX = 'log_key ';

export interface LogKeyPeriod {
  /** C2SP verifier key */
  readonly key: string;
  /** RFC 3339 */
  readonly from: string;
  readonly until: string | null;
}

/**
 * Which keys have signed for this log, and when: rows of `settings`, written when a process first runs with a key. Receipts
 * and heads of earlier keys stay verifiable because the keys stay named.
 */
@Injectable()
export class LogKeyHistory {
  constructor(
    private readonly database: Database,
    private readonly key: LogKey,
  ) {}

  /** Oldest first; the present key has no end. A key that comes back after another one is named from its first time on. */
  async read(): Promise<LogKeyPeriod[]> {
    const present = this.key.verifierKey();
    await this.database.query(
      `INSERT INTO settings (name, value)
       SELECT $1, to_char(flits_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ON CONFLICT DO NOTHING`,
      [PREFIX + present],
    );
    const rows = await this.database.query<{ name: string; value: string }>(
      'SELECT name, value FROM settings WHERE starts_with(name, $1) ORDER BY value',
      [PREFIX],
    );
    return rows.map(({ name, value }, index) => {
      const key = name.slice(PREFIX.length);
      return { key, from: value, until: key === present ? null : (rows[index + 1]?.value ?? value) };
    });
  }
}
