import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import type { MembershipState } from './group-member.entity.js';
import { noSuchGroup, tooManyGroups } from './groups.errors.js';
import { GroupsRepository, type GroupRow } from './groups.repository.js';
import { MAX_GROUPS } from './groups.settings.js';
import { Invitations } from './invitations.js';
import { MembershipListeners } from './membership-listeners.js';

export interface Member {
  readonly person: PersonBrief;
  readonly state: MembershipState;
}

export interface GroupView {
  readonly group: GroupRow;
  /** Who asked me in, while I have not answered. */
  readonly invitedBy?: PersonBrief;
  /** Only to members: who is merely invited has not said that they want to know these people, or be known. */
  readonly members?: readonly Member[];
}

/** Groups as their members see them, and what their owner decides. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly database: Database,
    private readonly groups: GroupsRepository,
    private readonly invitations: Invitations,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly listeners: MembershipListeners,
    private readonly ids: Ids,
  ) {}

  /** @throws Fault `recipient_unavailable`, `quota_exceeded` */
  async create(ownerId: string, name: string, memberIds: readonly string[]): Promise<GroupView> {
    const id = this.ids.lasting();
    await this.database.transaction(async (tx) => {
      await this.people.lock(tx, [ownerId, ...memberIds]);
      if ((await this.groups.groupsOf(tx, ownerId)) >= MAX_GROUPS) throw tooManyGroups();
      await this.groups.insert(tx, { id, name, ownerId });
      await this.invitations.invite(tx, { groupId: id, invitedBy: ownerId, personIds: memberIds, at: '/member_ids' });
    });
    return this.get(id, ownerId);
  }

  /** In the order of their ids. */
  async list(personId: string, limit: number, after?: string): Promise<GroupView[]> {
    const rows = await this.groups.list(personId, limit, after);
    const inviters = await this.people.byIds(rows.flatMap((row) => (row.state === 'invited' ? [row.invited_by] : [])));
    return rows.map((group) => ({ group, invitedBy: group.state === 'invited' ? inviters.get(group.invited_by) : undefined }));
  }

  /** @throws Fault `not_found` to anybody who is neither in it nor invited */
  async get(groupId: string, personId: string): Promise<GroupView> {
    const group = await this.groups.find(groupId, personId);
    if (!group) throw noSuchGroup();
    if (group.state === 'invited') return { group, invitedBy: (await this.people.byIds([group.invited_by])).get(group.invited_by) };
    const rows = await this.groups.members(groupId);
    const people = await this.people.byIds(rows.map(({ person_id }) => person_id));
    const members = rows.flatMap(({ person_id, state }) => {
      const person = people.get(person_id);
      return person ? [{ person, state }] : [];
    });
    return { group, members };
  }

  /** The owner's to do; to everybody else there is no such thing. @throws Fault `not_found` */
  async rename(groupId: string, personId: string, name: string): Promise<GroupView> {
    await this.database.transaction(async (tx) => {
      await this.#lockAsOwner(tx, groupId, personId);
      await this.groups.rename(tx, groupId, name);
      const members = await this.groups.members(groupId, tx);
      this.events.append(
        tx,
        members.flatMap(({ person_id, state }) =>
          state === 'member' ? [{ ownerId: person_id, type: 'group.changed' as const, ref: groupId, actor: personId }] : [],
        ),
      );
    });
    return this.get(groupId, personId);
  }

  /** Ends the group for everybody, and what was sent through it and not opened. @throws Fault `not_found` */
  async dissolve(groupId: string, personId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.#lockAsOwner(tx, groupId, personId);
      const people = (await this.groups.members(groupId, tx)).map(({ person_id }) => person_id);
      await this.groups.dissolve(tx, groupId);
      await this.listeners.ended(tx, groupId, people);
      this.events.append(
        tx,
        people.map((ownerId) => ({ ownerId, type: 'group.deleted', ref: groupId, actor: personId })),
      );
    });
  }

  async #lockAsOwner(tx: Transaction, groupId: string, personId: string): Promise<void> {
    if ((await this.groups.lock(tx, groupId)) !== personId) throw noSuchGroup();
  }
}
