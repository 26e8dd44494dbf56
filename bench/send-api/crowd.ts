import { randomBytes } from 'node:crypto';

/** Who sends: one for each connection of the clients, so that no counter row is fought for. */
export const SENDERS = 16;
/** Who is sent to: all of them friends of every sender; as many as one send may name. */
export const RECIPIENTS = 100;

export interface Crowd {
  readonly senders: readonly { readonly personId: string; readonly deviceId: string }[];
  readonly recipients: readonly string[];
}

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** People, devices, counters and friendships as sign-ups and accepted requests leave them, without the argon2 of each. */
export async function makeCrowd(query: Query): Promise<Crowd> {
  const senders = Array.from({ length: SENDERS }, (_, n) => ({ personId: idOf(n), deviceId: idOf(n + 1000) }));
  const recipients = Array.from({ length: RECIPIENTS }, (_, n) => idOf(n + 100));
  const people = [...senders.map(({ personId }) => personId), ...recipients];
  const run = randomBytes(4).toString('hex');
  await query(
    `INSERT INTO people (id, handle, display_name, password_hash, recovery_hash)
     SELECT id, 'p_' || $2 || '_' || n, 'Person', 'none', 'none' FROM unnest($1::uuid[]) WITH ORDINALITY AS u(id, n)`,
    [people, run],
  );
  await query('INSERT INTO event_heads (person_id) SELECT unnest($1::uuid[])', [people]);
  await query(`INSERT INTO devices (id, person_id, name) SELECT d, p, 'phone' FROM unnest($1::uuid[], $2::uuid[]) AS u(d, p)`, [
    senders.map(({ deviceId }) => deviceId),
    senders.map(({ personId }) => personId),
  ]);
  await query(
    `INSERT INTO friendships (person_id, friend_id)
     SELECT pair.* FROM unnest($1::uuid[]) AS s CROSS JOIN unnest($2::uuid[]) AS r CROSS JOIN LATERAL (VALUES (s, r), (r, s)) AS pair`,
    [senders.map(({ personId }) => personId), recipients],
  );
  return { senders, recipients };
}

function idOf(n: number): string {
  return `7b1d0c5e-53f0-4c8e-9d3a-${n.toString(16).padStart(12, '0')}`;
}
