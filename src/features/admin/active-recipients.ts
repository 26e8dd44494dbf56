import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { leastId, Random } from '../../platform/ids/index.js';
import { emptySketch, estimateOf, mergeSketch, SKETCH_BITS } from './sketch.js';

/** Below this a number would nearly be names. */
const LEAST_TOLD = 20;
/** Hours of a month that is over may be ended late, while a store was away; a sketch waits so many days for them. */
const GRACE_DAYS = 4;
export const ACTIVE_FIGURE = 'recipients.active';

export interface MonthOfRecipients {
  readonly month: string;
  /** Rounded to two digits; `null` where there were fewer than 20. */
  readonly about: number | null;
}

/**
 * Monthly active recipients (DSA, article 24 (2)) without a trail of who was there when: as an hour ends, the last thing its rows are
 * asked is which registers of a HyperLogLog sketch its openers fall into, under a random salt of the month. Nothing of a person is
 * written: thousands share a register, and one says at most that somebody like you was there some time that month. Salt and registers
 * go when the month is over, and a rounded number stays. Table `recipient_sketches`; any number of workers, any number of times.
 */
@Injectable()
export class ActiveRecipients {
  constructor(
    private readonly database: Database,
    private readonly random: Random,
  ) {}

  /** Before an hour's rows go. @param label end of the hour, ms since the epoch: it counts for the month in which it ends */
  async count(label: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { month, salt, registers } = await this.#sketchOf(tx, label);
      const seen = await tx.query<{ register: number; zeros: number }>(
        `SELECT get_byte(hash, 0) << ${SKETCH_BITS - 8} | get_byte(hash, 1) >> ${16 - SKETCH_BITS} AS register,
                max(coalesce(nullif(position('1' IN ('x' || encode(substring(hash FROM 3 FOR 4), 'hex'))::bit(32)::text), 0), 33)) AS zeros
         FROM (SELECT sha256($3::bytea || uuid_send(recipient_id)) AS hash FROM mortal.deliveries
               WHERE snap_id >= $1::uuid AND snap_id < $2::uuid AND opened_at IS NOT NULL) AS d
         GROUP BY 1`,
        [leastId(label), leastId(label + 1), salt],
      );
      if (seen.length > 0) {
        const merged = mergeSketch(registers, seen);
        await tx.query('UPDATE recipient_sketches SET registers = $2 WHERE month = $1::date', [month, merged]);
      }
    });
  }

  /** By month, newest first; the one that runs is what it is until now. */
  async months(): Promise<MonthOfRecipients[]> {
    const open = await this.database.query<{ month: string; registers: Buffer }>(
      `SELECT to_char(month, 'YYYY-MM') AS month, registers FROM recipient_sketches ORDER BY month DESC`,
    );
    const over = await this.database.query<{ month: string; value: string }>(
      `SELECT to_char(month, 'YYYY-MM') AS month, value FROM monthly_figures WHERE name = $1 ORDER BY month DESC`,
      [ACTIVE_FIGURE],
    );
    return [
      ...open.map(({ month, registers }) => ({ month, about: told(estimateOf(registers)) })),
      ...over.map(({ month, value }) => ({ month, about: told(Number(value)) })),
    ];
  }

  /** Of months that are over only a rounded number stays. */
  async finish(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const over = await tx.query<{ month: string; registers: Buffer }>(
        `DELETE FROM recipient_sketches WHERE month + interval '1 month ${GRACE_DAYS} days' <= flits_now() AT TIME ZONE 'UTC'
         RETURNING month::text, registers`,
      );
      for (const { month, registers } of over) {
        await tx.query(
          `INSERT INTO monthly_figures (month, name, value) VALUES ($1::date, $2, $3) ON CONFLICT ON CONSTRAINT pk_monthly_figures DO NOTHING`,
          [month, ACTIVE_FIGURE, told(estimateOf(registers)) ?? 0],
        );
      }
    });
  }

  /** Locked until the transaction ends: two hours may end at once. */
  async #sketchOf(tx: Transaction, label: number): Promise<{ month: string; salt: Buffer; registers: Buffer }> {
    const [row] = await tx.query<{ month: string; salt: Buffer; registers: Buffer }>(
      `INSERT INTO recipient_sketches (month, salt, registers)
       VALUES (date_trunc('month', from_epoch_ms($1::bigint) AT TIME ZONE 'UTC')::date, $2, $3)
       ON CONFLICT ON CONSTRAINT pk_recipient_sketches DO UPDATE SET month = excluded.month
       RETURNING month::text, salt, registers`,
      [label, this.random.bytes(32), emptySketch()],
    );
    if (!row) throw new Error('a sketch was not written');
    return row;
  }
}

function told(estimate: number): number | null {
  if (estimate < LEAST_TOLD) return null;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(estimate)) - 1);
  return Math.round(estimate / unit) * unit;
}
