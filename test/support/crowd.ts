import { randomUUID } from 'node:crypto';
import type { Person } from './person.js';

/** Friends of somebody by the hundred, written as rows: they can be sent to, and cannot log in. @returns their ids */
export async function crowdOfFriends(
  database: { query<Row>(text: string, values: readonly unknown[]): Promise<Row[]> },
  person: Person,
  size: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `WITH crowd AS (
       INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
       SELECT gen_random_uuid(), left($3, 8) || n, 'crowd', '', '' FROM generate_series(1, $2::int) n RETURNING id
     ), heads AS (
       INSERT INTO event_heads (person_id) SELECT id FROM crowd
     ), friends AS (
       INSERT INTO friendships (person_id, friend_id) SELECT $1::uuid, id FROM crowd UNION ALL SELECT id, $1::uuid FROM crowd
     )
     SELECT id FROM crowd`,
    [person.id, size, randomUUID()],
  );
  return rows.map(({ id }) => id);
}
