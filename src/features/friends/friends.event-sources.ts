import type { PayloadSource } from '../events/index.js';
import type { AskedData, RemovedData } from './friends.event-data.js';

interface PersonRow {
  readonly id: string;
  readonly handle: string;
  readonly display_name: string;
}

/** A request that waits no longer is skipped. */
const requested: PayloadSource<PersonRow & { request_id: string }> = {
  name: 'friends.requested',
  types: ['friend.requested'],
  text: `
SELECT r.id AS request_id, p.id, p.handle, p.display_name
FROM friend_requests r JOIN people p ON p.id = r.from_id AND p.deleted_at IS NULL
WHERE r.to_id = $1 AND r.id = ANY (:refs)`,
  read(rows, subjects) {
    const byRequest = new Map(rows.map((row) => [row.request_id, row]));
    return subjects.map(({ ref }) => asked(ref, byRequest.get(ref)));
  },
};

/** So is a friendship that is over. */
const accepted: PayloadSource<PersonRow> = {
  name: 'friends.accepted',
  types: ['friend.accepted'],
  text: `
SELECT p.id, p.handle, p.display_name
FROM friendships f JOIN people p ON p.id = f.friend_id AND p.deleted_at IS NULL
WHERE f.person_id = $1 AND f.friend_id = ANY (:actors)`,
  read(rows, subjects) {
    const byPerson = new Map(rows.map((row) => [row.id, row]));
    return subjects.map(({ ref, actor }) => asked(ref, byPerson.get(actor ?? '')));
  },
};

const removed: PayloadSource = {
  name: 'friends.removed',
  types: ['friend.removed'],
  read: (_, subjects) => subjects.map(({ actor }): RemovedData | undefined => (actor === null ? undefined : { user_id: actor })),
};

/** How `friend.*` events read. */
export const friendsEventSources: readonly PayloadSource[] = [requested, accepted, removed];

function asked(requestId: string, person: PersonRow | undefined): AskedData | undefined {
  if (!person) return undefined;
  return { request_id: requestId, user: { id: person.id, handle: person.handle, display_name: person.display_name } };
}
