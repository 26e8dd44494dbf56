import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import type { MembershipState } from './group-member.entity.js';
import { MINE } from './mine.sql.js';

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly owner_id: string;
  readonly created_at: Date;
  /** The asking person's own. */
  readonly state: MembershipState;
  readonly invited_by: string;
}

export interface MemberRow {
  readonly person_id: string;
  readonly state: MembershipState;
  readonly since: Date;
}

const NOW = 'from_epoch_ms(epoch_ms(flits_now()))';

/**
 * Rows of `groups` and `group_members`. Lock order: people by id, then the group's row; whoever writes members holds the
 * group's lock. `friendships` (of friends, which stands beside) is read here.
 */
@Injectable()
export class GroupsRepository {
  constructor(private readonly database: Database) {}

  /** A group as somebody in it, or invited to it, sees it. */
  async find(groupId: string, personId: string, tx?: Transaction): Promise<GroupRow | undefined> {
    const [row] = await (tx ?? this.database).query<GroupRow>(`${MINE} AND m.group_id = $2`, [personId, groupId]);
    return row;
  }

  /** In the order of their ids. */
  list(personId: string, limit: number, after?: string): Promise<GroupRow[]> {
    return this.database.query<GroupRow>(`${MINE} AND ($3::uuid IS NULL OR m.group_id > $3) ORDER BY m.group_id LIMIT $2`, [
      personId,
      limit,
      after ?? null,
    ]);
  }

  /** Locks a group until the transaction ends. @returns its owner */
  async lock(tx: Transaction, groupId: string): Promise<string | undefined> {
    const [row] = await tx.query<{ owner_id: string }>('SELECT owner_id FROM groups WHERE id = $1 FOR UPDATE', [groupId]);
    return row?.owner_id;
  }

  /** In the order in which they came. */
  async members(groupId: string, tx?: Transaction): Promise<MemberRow[]> {
    return (tx ?? this.database).query<MemberRow>(
      'SELECT person_id, state, since FROM group_members WHERE group_id = $1 ORDER BY state DESC, since, person_id',
      [groupId],
    );
  }

  async insert(tx: Transaction, group: { id: string; name: string; ownerId: string }): Promise<void> {
    await tx.query('INSERT INTO groups (id, name, owner_id) VALUES ($1, $2, $3)', [group.id, group.name, group.ownerId]);
    await tx.query(`INSERT INTO group_members (group_id, person_id, state, invited_by, since) VALUES ($1, $2, 'member', $2, ${NOW})`, [
      group.id,
      group.ownerId,
    ]);
  }

  async rename(tx: Transaction, groupId: string, name: string): Promise<void> {
    await tx.query('UPDATE groups SET name = $2 WHERE id = $1', [groupId, name]);
  }

  /** @returns whether it was theirs to hand over */
  async handOver(tx: Transaction, groupId: string, fromId: string, toId: string): Promise<boolean> {
    const rows = await tx.query('UPDATE groups SET owner_id = $3 WHERE id = $1 AND owner_id = $2 RETURNING 1', [groupId, fromId, toId]);
    return rows.length === 1;
  }

  /** @returns who is invited anew: an invitation of somebody who is a friend no longer is taken over, everything else stays */
  async invite(tx: Transaction, groupId: string, invitedBy: string, personIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ person_id: string }>(
      `INSERT INTO group_members AS m (group_id, person_id, state, invited_by, since)
       SELECT $1, p, 'invited', $2, ${NOW} FROM unnest($3::uuid[]) AS p
       ON CONFLICT ON CONSTRAINT pk_group_members DO UPDATE SET invited_by = excluded.invited_by
         WHERE m.state = 'invited'
           AND NOT EXISTS (SELECT 1 FROM friendships f WHERE f.person_id = m.person_id AND f.friend_id = m.invited_by)
       RETURNING person_id`,
      [groupId, invitedBy, personIds],
    );
    return rows.map(({ person_id }) => person_id);
  }

  /** @returns whether an invitation was there to accept */
  async join(tx: Transaction, groupId: string, personId: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE group_members SET state = 'member', since = ${NOW} WHERE group_id = $1 AND person_id = $2 AND state = 'invited' RETURNING 1`,
      [groupId, personId],
    );
    return rows.length === 1;
  }

  async drop(tx: Transaction, groupId: string, personId: string): Promise<void> {
    await tx.query('DELETE FROM group_members WHERE group_id = $1 AND person_id = $2', [groupId, personId]);
  }

  async dissolve(tx: Transaction, groupId: string): Promise<void> {
    await tx.query('DELETE FROM group_members WHERE group_id = $1', [groupId]);
    await tx.query('DELETE FROM groups WHERE id = $1', [groupId]);
  }

  /** How many people are in it or invited. */
  async size(tx: Transaction, groupId: string): Promise<number> {
    const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM group_members WHERE group_id = $1', [groupId]);
    return row?.n ?? 0;
  }

  /** How many groups a person is in. */
  async groupsOf(tx: Transaction, personId: string): Promise<number> {
    const [row] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM group_members WHERE person_id = $1 AND state = 'member'`, [
      personId,
    ]);
    return row?.n ?? 0;
  }

  /** Every group a person is in or invited to, in the order in which groups are locked. */
  async idsOf(tx: Transaction, personId: string): Promise<string[]> {
    const rows = await tx.query<{ group_id: string }>('SELECT group_id FROM group_members WHERE person_id = $1 ORDER BY group_id', [
      personId,
    ]);
    return rows.map(({ group_id }) => group_id);
  }

  /** Which of `others` are friends of a person. */
  async friendsAmong(tx: Transaction, personId: string, others: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ friend_id: string }>(
      'SELECT friend_id FROM friendships WHERE person_id = $1 AND friend_id = ANY ($2::uuid[])',
      [personId, others],
    );
    return new Set(rows.map(({ friend_id }) => friend_id));
  }
}
