import { randomUUID } from 'node:crypto';

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

export interface RingMember {
  readonly personId: string;
  readonly deviceId: string;
}

const CHUNK = 2000;

/** So many people, as sign-ups leave them but for the argon2 of each; everybody is a friend of their two neighbours in a ring. */
export async function makeRing(query: Query, count: number): Promise<RingMember[]> {
  const people = Array.from({ length: count }, () => ({ personId: randomUUID(), deviceId: randomUUID() }));
  for (let at = 0; at < count; at += CHUNK) {
    const some = people.slice(at, at + CHUNK);
    const ids = some.map(({ personId }) => personId);
    const next = some.map((_, n) => people[(at + n + 1) % count]!.personId);
    await query(
      `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
       SELECT id, left('p_' || replace(id::text, '-', ''), 24), 'Person', 'none', 'none' FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    await query('INSERT INTO event_heads (person_id) SELECT unnest($1::uuid[])', [ids]);
    await query(`INSERT INTO devices (id, person_id, name) SELECT d, p, 'phone' FROM unnest($1::uuid[], $2::uuid[]) AS u(d, p)`, [
      some.map(({ deviceId }) => deviceId),
      ids,
    ]);
    await query(
      `INSERT INTO friendships (person_id, friend_id)
       SELECT pair.* FROM unnest($1::uuid[], $2::uuid[]) AS u(a, b) CROSS JOIN LATERAL (VALUES (a, b), (b, a)) AS pair`,
      [ids, next],
    );
  }
  return people;
}
