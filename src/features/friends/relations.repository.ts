import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';

/** SQL: of the blocks `b` that $1 has made, those that show. Who blocked $1 before does not exist for them, so such a block is kept unseen. */
export const SHOWN = 'NOT EXISTS (SELECT FROM blocks WHERE person_id = b.blocked_id AND blocked_id = $1 AND created_at < b.created_at)';

/** Rows of `blocks`, `mutes` and `close_friends`. Whoever writes has locked the people they are about. */
@Injectable()
export class RelationsRepository {
  constructor(private readonly database: Database) {}

  /** Whether either has blocked the other. */
  async isBlocked(a: string, b: string, tx?: Transaction): Promise<boolean> {
    const [row] = await (tx ?? this.database).query<{ blocked: boolean }>('SELECT is_blocked($1, $2) AS blocked', [a, b]);
    return row?.blocked ?? false;
  }

  /** Whether a block of this person's is there to be seen. */
  async isShown(tx: Transaction, personId: string, otherId: string): Promise<boolean> {
    return (
      (await tx.query(`SELECT 1 FROM blocks b WHERE person_id = $1 AND blocked_id = $2 AND ${SHOWN}`, [personId, otherId])).length === 1
    );
  }

  /** @returns whether there was none before */
  async block(tx: Transaction, personId: string, otherId: string): Promise<boolean> {
    const rows = await tx.query('INSERT INTO blocks (person_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1', [
      personId,
      otherId,
    ]);
    return rows.length === 1;
  }

  /** @returns whether there was one that the person could see (as `blocks` has it) */
  async unblock(personId: string, otherId: string): Promise<boolean> {
    const [gone] = await this.database.query<{ shown: boolean }>(
      `DELETE FROM blocks b WHERE person_id = $1 AND blocked_id = $2
       RETURNING NOT EXISTS (SELECT FROM blocks WHERE person_id = $2 AND blocked_id = $1 AND created_at < b.created_at) AS shown`,
      [personId, otherId],
    );
    return gone?.shown ?? false;
  }

  /** In the order of ids, those that show. */
  blocks(personId: string, limit: number, after?: string): Promise<{ blocked_id: string; created_at: Date }[]> {
    return this.database.query(
      `SELECT blocked_id, created_at FROM blocks b
       WHERE person_id = $1 AND ($3::uuid IS NULL OR blocked_id > $3)
         AND ${SHOWN}
       ORDER BY blocked_id LIMIT $2`,
      [personId, limit, after ?? null],
    );
  }

  /** @returns false where the two are not friends */
  async mute(tx: Transaction, personId: string, friendId: string): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO mutes AS m (person_id, muted_id) SELECT person_id, friend_id FROM friendships WHERE person_id = $1 AND friend_id = $2
       ON CONFLICT ON CONSTRAINT pk_mutes DO UPDATE SET created_at = m.created_at RETURNING 1`,
      [personId, friendId],
    );
    return rows.length === 1;
  }

  async unmute(personId: string, friendId: string): Promise<boolean> {
    return (
      (await this.database.query('DELETE FROM mutes WHERE person_id = $1 AND muted_id = $2 RETURNING 1', [personId, friendId])).length === 1
    );
  }

  /** In the order of ids. */
  async mutes(personId: string, limit: number, after?: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT muted_id AS id FROM mutes WHERE person_id = $1 AND ($3::uuid IS NULL OR muted_id > $3) ORDER BY muted_id LIMIT $2',
      [personId, limit, after ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** In the order of ids. */
  async closeFriends(personId: string, limit: number, after?: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT friend_id AS id FROM close_friends WHERE person_id = $1 AND ($3::uuid IS NULL OR friend_id > $3) ORDER BY friend_id LIMIT $2',
      [personId, limit, after ?? null],
    );
    return rows.map(({ id }) => id);
  }

  async replaceCloseFriends(tx: Transaction, personId: string, friendIds: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM close_friends WHERE person_id = $1 AND friend_id <> ALL ($2::uuid[])', [personId, friendIds]);
    await tx.query('INSERT INTO close_friends (person_id, friend_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING', [
      personId,
      friendIds,
    ]);
  }

  /** What only friends can be to each other, both ways. */
  async part(tx: Transaction, a: string, b: string): Promise<void> {
    await tx.query('DELETE FROM close_friends WHERE (person_id, friend_id) IN (($1, $2), ($2, $1))', [a, b]);
    await tx.query('DELETE FROM mutes WHERE (person_id, muted_id) IN (($1, $2), ($2, $1))', [a, b]);
  }
}
