import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { CODE_SECONDS, MAX_LIVING_CODES } from './friends.settings.js';

export interface FriendCode {
  readonly personId: string;
  readonly ask: boolean;
  readonly expiresAt: Date;
  /** Whether it can be used now. */
  readonly isGood: boolean;
}

/** Rows of `friend_codes`. */
@Injectable()
export class FriendCodesRepository {
  constructor(private readonly database: Database) {}

  /** Whoever makes more than a handful ends the oldest: codes rotate. @returns when it expires */
  async insert(mac: Buffer, personId: string, { uses, ask }: { uses: number; ask: boolean }): Promise<Date> {
    const [row] = await this.database.query<{ expires_at: Date }>(
      `WITH older AS (
         SELECT code_mac FROM friend_codes WHERE person_id = $2 AND expires_at > flits_now() ORDER BY expires_at DESC OFFSET $6
       ), ended AS (
         UPDATE friend_codes f SET expires_at = flits_now() FROM older WHERE f.code_mac = older.code_mac
       )
       INSERT INTO friend_codes (code_mac, person_id, ask, uses_left, expires_at)
       VALUES ($1, $2, $3, $4, flits_now() + make_interval(secs => $5)) RETURNING expires_at`,
      [mac, personId, ask, uses, CODE_SECONDS, MAX_LIVING_CODES - 1],
    );
    if (!row) throw new Error('a friend code was not written');
    return row.expires_at;
  }

  /** Of somebody who is there for the one who asks: whose owner blocks them, is suspended or gone, is no code. */
  async find(mac: Buffer, personId: string): Promise<FriendCode | undefined> {
    const [row] = await this.database.query<{ person_id: string; ask: boolean; expires_at: Date; good: boolean }>(
      `SELECT f.person_id, f.ask, f.expires_at, f.uses_left > 0 AND f.expires_at > flits_now() AS good
       FROM friend_codes f JOIN people p ON p.id = f.person_id AND p.deleted_at IS NULL AND p.suspended_at IS NULL
       WHERE f.code_mac = $1 AND NOT is_blocked($2, f.person_id)`,
      [mac, personId],
    );
    return row && { personId: row.person_id, ask: row.ask, expiresAt: row.expires_at, isGood: row.good };
  }

  /** Takes one use: of any number at once, as many succeed as are left. */
  async use(tx: Transaction, mac: Buffer): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE friend_codes SET uses_left = uses_left - 1 WHERE code_mac = $1 AND uses_left > 0 AND expires_at > flits_now() RETURNING 1',
      [mac],
    );
    return rows.length === 1;
  }

  /** Kept as long as the Idempotency-Keys that speak of them. */
  async deleteDead(): Promise<void> {
    await this.database.query(`DELETE FROM friend_codes WHERE expires_at <= flits_now() - interval '24 hours'`);
  }
}
