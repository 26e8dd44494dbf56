import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventPayloads, type EventSubject } from '../events/index.js';
import { answerUser, PeopleService } from '../people/index.js';
import { GroupsRepository, type GroupRow } from './groups.repository.js';

/** How `group.*` events read. What is said of a group is said to those who are in it, or invited, now; of an end, ids remain. */
@Injectable()
export class GroupEvents implements OnModuleInit {
  constructor(
    private readonly payloads: EventPayloads,
    private readonly groups: GroupsRepository,
    private readonly people: PeopleService,
  ) {}

  onModuleInit(): void {
    this.payloads.register(['group.invited'], (ownerId, subjects) => this.#alive(ownerId, subjects, 'invited'));
    this.payloads.register(['group.joined', 'group.changed'], (ownerId, subjects) => this.#alive(ownerId, subjects, 'member'));
    this.payloads.register(['group.left', 'group.deleted'], (_, subjects) =>
      Promise.resolve(subjects.map(({ ref, actor }) => ({ group_id: ref, user_id: actor }))),
    );
  }

  async #alive(ownerId: string, subjects: readonly EventSubject[], state: GroupRow['state']): Promise<(object | undefined)[]> {
    const rows = await this.groups.findAmong([...new Set(subjects.map(({ ref }) => ref))], ownerId);
    const groups = new Map(rows.map((row) => [row.id, row]));
    const people = await this.people.byIds(subjects.flatMap(({ actor }) => actor ?? []));
    return subjects.map(({ ref, actor }) => {
      const group = groups.get(ref);
      const person = people.get(actor ?? '');
      if (!person || group?.state !== state) return undefined;
      return { group_id: ref, name: group.name, owner_id: group.owner_id, user: answerUser(person) };
    });
  }
}
