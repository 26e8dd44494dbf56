import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';

const PREFIX = 'restored ';

/**
 * When this database was last brought back from a backup: rows of `settings`, which are never changed. Read once, at the
 * start of a process, because a restore wants every process stopped.
 *
 * What was accepted before is lost, and nobody knows any more whose it was: an id that may be of such a snap, and that this
 * database does not know, is answered as lost, to everybody alike, until its hour is past.
 */
@Injectable()
export class RestoreMark implements OnModuleInit {
  #at = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly hours: Hours,
  ) {}

  async onModuleInit(): Promise<void> {
    const [row] = await this.database.query<{ at: string | null }>(
      'SELECT max(value::bigint) AS at FROM settings WHERE starts_with(name, $1)',
      [PREFIX],
    );
    if (row?.at) this.#at = Number(row.at);
  }

  /** ms since the epoch; -Infinity where it never was. */
  get at(): number {
    return this.#at;
  }

  /** Whether something that dies at the end of this hour may have been lost by a restore. */
  mayBeLost(label: number): boolean {
    return label <= this.hours.ceil(this.#at + this.hours.ttlMs);
  }
}

/** Notes that the database was restored, now. @returns the time, ms since the epoch */
export async function markRestored(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ at: string }>(
    `INSERT INTO settings (name, value) SELECT $1 || now, now FROM epoch_ms(flits_now()) AS now RETURNING value AS at`,
    [PREFIX],
  );
  return Number(row?.at);
}
