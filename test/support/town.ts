import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.js';
import type { PhoneOwner } from './phone.js';

/** Somebody of a town, with their phones and whom they may send to. */
export interface Townsman {
  readonly person: string;
  /** At least one; the first does the sending. */
  readonly phones: readonly PhoneOwner[];
  readonly friends: readonly string[];
}

/** Each is a friend of the next few; the first is a friend of all. */
const CIRCLE = 4;

/** People by the hundred, written as rows, every third with two devices, signed in. */
export async function makeTown(cluster: Cluster, size: number): Promise<Townsman[]> {
  const ids = Array.from({ length: size }, () => randomUUID());
  const devices = ids.flatMap((person, index) => Array.from({ length: index % 3 === 0 ? 2 : 1 }, () => ({ person, device: randomUUID() })));
  const pairs = ids.flatMap((person, index) => {
    const others = index === 0 ? ids.slice(1) : ids.slice(index + 1, index + 1 + CIRCLE);
    return others.flatMap((other) => [[person, other] as const, [other, person] as const]);
  });
  await cluster.rows.query(
    `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
     SELECT id, left(replace(id::text, '-', ''), 24), 'town', '', '' FROM unnest($1::uuid[]) id`,
    [ids],
  );
  await cluster.rows.query('INSERT INTO event_heads (person_id) SELECT unnest($1::uuid[])', [ids]);
  await cluster.rows.query(
    `INSERT INTO devices (id, person_id, name) SELECT d, p, 'phone' FROM unnest($1::uuid[], $2::uuid[]) AS u(d, p)`,
    [devices.map(({ device }) => device), devices.map(({ person }) => person)],
  );
  await cluster.rows.query(
    'INSERT INTO friendships (person_id, friend_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING',
    [pairs.map(([person]) => person), pairs.map(([, friend]) => friend)],
  );
  const friendsOf = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  for (const [person, friend] of pairs) friendsOf.get(person)!.add(friend);
  return ids.map((person) => ({
    person,
    phones: devices.filter((one) => one.person === person).map((one) => ({ ...one, token: cluster.tokenOf(person, one.device) })),
    friends: [...friendsOf.get(person)!],
  }));
}
