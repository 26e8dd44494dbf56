import type { PayloadSource } from '../events/index.js';
import type { EndedGroupData, LivingGroupData } from './groups.event-data.js';
import type { GroupRow } from './groups.repository.js';
import { MINE } from './mine.sql.js';

type ToldGroup = Pick<GroupRow, 'id' | 'name' | 'owner_id' | 'state'>;
type ToldPerson = { readonly id: string; readonly handle: string; readonly display_name: string; readonly state: null };

/** What is said of a group is said to those who are in it, or invited, now. */
const living: PayloadSource<ToldGroup | ToldPerson> = {
  name: 'groups.told',
  types: ['group.invited', 'group.joined', 'group.changed'],
  text: `
SELECT g.id, g.state, g.name, g.owner_id, NULL AS handle, NULL AS display_name FROM (${MINE} AND m.group_id = ANY (:refs)) AS g
UNION ALL
SELECT p.id, NULL, NULL, NULL, p.handle, p.display_name FROM people p WHERE p.id = ANY (:actors) AND p.deleted_at IS NULL`,
  read(rows, subjects) {
    const groups = new Map(rows.flatMap((row) => (row.state === null ? [] : [[row.id, row] as const])));
    const people = new Map(rows.flatMap((row) => (row.state === null ? [[row.id, row] as const] : [])));
    return subjects.map(({ type, ref, actor }): LivingGroupData | undefined => {
      const group = groups.get(ref);
      const person = people.get(actor ?? '');
      if (!person || group?.state !== (type === 'group.invited' ? 'invited' : 'member')) return undefined;
      const user = { id: person.id, handle: person.handle, display_name: person.display_name };
      return { group_id: ref, name: group.name, owner_id: group.owner_id, user };
    });
  },
};

/** Of an end, ids remain. */
const ended: PayloadSource = {
  name: 'groups.ended',
  types: ['group.left', 'group.deleted'],
  read: (_, subjects) => subjects.map(({ ref, actor }): EndedGroupData => ({ group_id: ref, user_id: actor })),
};

/** How `group.*` events read. */
export const groupsEventSources: readonly PayloadSource[] = [living, ended];
