import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { EventLog, type EventType } from '../events/index.js';
import { PeopleService } from '../people/index.js';
import { noSuchGroup, noSuchMember, tooManyGroups } from './groups.errors.js';
import { GroupsRepository, type MemberRow } from './groups.repository.js';
import { MAX_GROUPS } from './groups.settings.js';
import { Invitations } from './invitations.js';
import { MembershipListeners } from './membership-listeners.js';

/**
 * Who is in a group. Every change holds the group's row: of two that leave at once the second sees that the first is gone,
 * so a group never stays behind without an owner who is in it.
 */
@Injectable()
export class MembershipsService {
  constructor(
    private readonly database: Database,
    private readonly groups: GroupsRepository,
    private readonly invitations: Invitations,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly listeners: MembershipListeners,
  ) {}

  /** Any member may ask friends in. @throws Fault `not_found`, `recipient_unavailable`, `quota_exceeded` */
  async invite(groupId: string, personId: string, personIds: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.people.lock(tx, [personId, ...personIds]);
      await this.groups.lock(tx, groupId);
      if ((await this.groups.find(groupId, personId, tx))?.state !== 'member') throw noSuchGroup();
      await this.invitations.invite(tx, { groupId, invitedBy: personId, personIds, at: '/user_ids' });
    });
  }

  /** From now on what is sent to the group arrives; accepting again changes nothing. @throws Fault `not_found`, `quota_exceeded` */
  async accept(groupId: string, personId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.people.lock(tx, [personId]);
      await this.groups.lock(tx, groupId);
      const mine = await this.groups.find(groupId, personId, tx);
      if (!mine) throw noSuchGroup();
      if (mine.state === 'member') return;
      if ((await this.groups.groupsOf(tx, personId)) >= MAX_GROUPS) throw tooManyGroups();
      await this.groups.join(tx, groupId, personId);
      this.#tell(tx, 'group.joined', groupId, personId, await this.groups.members(groupId, tx));
    });
  }

  /** Leaves, or declines an invitation (which nobody is told of). @throws Fault `not_found` */
  async leave(groupId: string, personId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.groups.lock(tx, groupId))) throw noSuchGroup();
      await this.#drop(tx, groupId, personId, noSuchGroup);
    });
  }

  /** The owner's to do, to members and invited alike. @throws Fault `not_found` */
  async remove(groupId: string, personId: string, memberId: string): Promise<void> {
    if (memberId === personId) return this.leave(groupId, personId);
    await this.database.transaction(async (tx) => {
      const owner = await this.groups.lock(tx, groupId);
      if (owner !== personId) throw noSuchGroup();
      await this.#drop(tx, groupId, memberId, noSuchMember);
    });
  }

  /** Out of every group at once: the person's account has ended, and with it, by itself, whatever they sent or were sent. */
  async leaveAll(tx: Transaction, personId: string): Promise<void> {
    for (const groupId of await this.groups.idsOf(tx, personId)) {
      await this.groups.lock(tx, groupId);
      // While it was waited for they may have been removed, or the group dissolved.
      if (await this.groups.find(groupId, personId, tx)) await this.#drop(tx, groupId, personId, noSuchMember, false);
    }
  }

  async #drop(tx: Transaction, groupId: string, personId: string, missing: () => Error, endsSnaps = true): Promise<void> {
    const before = await this.groups.members(groupId, tx);
    const gone = before.find(({ person_id }) => person_id === personId);
    if (!gone) throw missing();
    await this.groups.drop(tx, groupId, personId);
    if (gone.state === 'invited') {
      this.events.append(tx, [{ ownerId: personId, type: 'group.left', ref: groupId, actor: personId }]);
      return;
    }
    const newOwner = await this.#settleOwner(tx, groupId, personId, before);
    const people = before.map(({ person_id }) => person_id);
    if (endsSnaps) await this.listeners.ended(tx, groupId, people);
    this.#tell(tx, 'group.left', groupId, personId, before);
    const staying = before.filter(({ person_id }) => person_id !== personId);
    if (newOwner !== undefined) this.#tell(tx, 'group.changed', groupId, newOwner, staying);
  }

  /**
   * The one who has been in it longest takes over; a group that nobody is in any more is gone, with its invitations.
   * @returns who owns it now, where that is another one
   */
  async #settleOwner(tx: Transaction, groupId: string, goneId: string, before: readonly MemberRow[]): Promise<string | undefined> {
    const heir = before.find(({ person_id, state }) => state === 'member' && person_id !== goneId);
    if (!heir) {
      await this.groups.dissolve(tx, groupId);
      this.#tell(
        tx,
        'group.deleted',
        groupId,
        goneId,
        before.filter(({ state }) => state === 'invited'),
        'invited',
      );
      return undefined;
    }
    return (await this.groups.handOver(tx, groupId, goneId, heir.person_id)) ? heir.person_id : undefined;
  }

  #tell(tx: Transaction, type: EventType, ref: string, actor: string, members: readonly MemberRow[], state = 'member'): void {
    this.events.append(
      tx,
      members.flatMap((member) => (member.state === state ? [{ ownerId: member.person_id, type, ref, actor }] : [])),
    );
  }
}
