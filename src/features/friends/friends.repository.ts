import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import type { PersonBrief } from '../people/index.js';
import { FriendRequestEntity } from './friend-request.entity.js';

export interface RequestRow {
  readonly id: string;
  readonly fromId: string;
  readonly toId: string;
  readonly createdAt: Date;
  /** µs since the epoch: the column's own precision, so that a page goes on exactly behind a row. */
  readonly at: number;
}

export type Relation = 'self' | 'friend' | 'requested' | 'incoming' | 'none';

/** Rows of `friend_requests` and `friendships`. Whoever writes has locked both people first. */
@Injectable()
export class FriendsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<FriendRequestEntity | null> {
    return this.database.manager.findOneBy(FriendRequestEntity, { id });
  }

  /** @returns the id of the request that waits now, and whether it is this one */
  async insert(tx: Transaction, request: Pick<FriendRequestEntity, 'id' | 'fromId' | 'toId'>): Promise<{ id: string; fresh: boolean }> {
    const [row] = await tx.query<{ id: string }>(
      // The update changes nothing; it makes RETURNING name the row that was there.
      `INSERT INTO friend_requests AS r (id, from_id, to_id) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT ux_friend_requests_pair DO UPDATE SET from_id = r.from_id RETURNING id`,
      [request.id, request.fromId, request.toId],
    );
    const id = row?.id ?? request.id;
    return { id, fresh: id === request.id };
  }

  /** Takes what waits from one person to another. @returns its id */
  async take(tx: Transaction, fromId: string, toId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>('DELETE FROM friend_requests WHERE from_id = $1 AND to_id = $2 RETURNING id', [
      fromId,
      toId,
    ]);
    return row?.id;
  }

  /** @returns whether it was there and this person's, on either side */
  async withdraw(id: string, personId: string): Promise<boolean> {
    const rows = await this.database.query('DELETE FROM friend_requests WHERE id = $1 AND (from_id = $2 OR to_id = $2) RETURNING id', [
      id,
      personId,
    ]);
    return rows.length === 1;
  }

  /** What waits for or of a person, newest first. @param after µs and id of the row to go on behind */
  async requests(personId: string, limit: number, after?: readonly [at: number, id: string]): Promise<RequestRow[]> {
    const rows = await this.database.query<{ id: string; from_id: string; to_id: string; created_at: Date; at: string }>(
      `SELECT r.id, r.from_id, r.to_id, r.created_at, (extract(epoch FROM r.created_at) * 1000000)::bigint AS at
       FROM friend_requests r
       WHERE (r.from_id = $1 OR r.to_id = $1)
         AND ($3::bigint IS NULL OR (r.created_at, r.id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::uuid))
       ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
      [personId, limit, after?.[0] ?? null, after?.[1] ?? null],
    );
    return rows.map((row) => ({ id: row.id, fromId: row.from_id, toId: row.to_id, createdAt: row.created_at, at: Number(row.at) }));
  }

  async befriend(tx: Transaction, a: string, b: string): Promise<void> {
    await tx.query('INSERT INTO friendships (person_id, friend_id) VALUES ($1, $2), ($2, $1) ON CONFLICT DO NOTHING', [a, b]);
  }

  /** @returns whether they were friends */
  async part(tx: Transaction, a: string, b: string): Promise<boolean> {
    const rows = await tx.query('DELETE FROM friendships WHERE (person_id, friend_id) IN (($1, $2), ($2, $1)) RETURNING person_id', [a, b]);
    return rows.length > 0;
  }

  async count(tx: Transaction, personId: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM friendships WHERE person_id = $1', [personId]);
    return row?.count ?? 0;
  }

  /** By friend, in the order of their ids. */
  friends(personId: string, limit: number, after?: string): Promise<{ friend_id: string; since: Date }[]> {
    return this.database.query(
      'SELECT friend_id, since FROM friendships WHERE person_id = $1 AND ($3::uuid IS NULL OR friend_id > $3) ORDER BY friend_id LIMIT $2',
      [personId, limit, after ?? null],
    );
  }

  /** Which of `others` are friends of a person. */
  async friendsAmong(personId: string, others: readonly string[], tx?: Transaction): Promise<Set<string>> {
    const rows = await (tx ?? this.database).query<{ friend_id: string }>(
      'SELECT friend_id FROM friendships WHERE person_id = $1 AND friend_id = ANY ($2::uuid[])',
      [personId, others],
    );
    return new Set(rows.map(({ friend_id }) => friend_id));
  }

  /**
   * Somebody by handle, as one who asks may find them: a suspended account is as good as none, and so is one with a block between
   * the two. It is the same work and one row whichever it is, so that the time it takes tells no more than the answer (R35).
   */
  async findByHandle(personId: string, handle: string): Promise<PersonBrief | undefined> {
    const [found] = await this.database.query<{ id: string | null; display_name: string; is_hidden: boolean }>(
      `SELECT p.id, p.display_name, is_blocked($1, coalesce(p.id, $1)) AS is_hidden
       FROM (VALUES (1)) AS one LEFT JOIN people p ON p.handle = $2 AND p.deleted_at IS NULL AND p.suspended_at IS NULL`,
      [personId, handle],
    );
    return found?.id && !found.is_hidden ? { id: found.id, handle, displayName: found.display_name } : undefined;
  }

  async relation(personId: string, otherId: string): Promise<Relation> {
    if (personId === otherId) return 'self';
    const [row] = await this.database.query<{ friend: boolean; requested: boolean; incoming: boolean }>(
      `SELECT EXISTS (SELECT FROM friendships WHERE person_id = $1 AND friend_id = $2) AS friend,
              EXISTS (SELECT FROM friend_requests WHERE from_id = $1 AND to_id = $2) AS requested,
              EXISTS (SELECT FROM friend_requests WHERE from_id = $2 AND to_id = $1) AS incoming`,
      [personId, otherId],
    );
    if (row?.friend) return 'friend';
    if (row?.requested) return 'requested';
    return row?.incoming ? 'incoming' : 'none';
  }
}
