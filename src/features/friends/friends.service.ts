import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import { noSuchFriend, noSuchPerson } from './friends.errors.js';
import { FriendsRepository, type Relation } from './friends.repository.js';
import { FriendshipListeners } from './friendship-listeners.js';
import { RelationsRepository } from './relations.repository.js';

export interface FriendView {
  readonly friend: PersonBrief;
  readonly since: Date;
}

/** Friendships as they are, and their end. */
@Injectable()
export class FriendsService {
  constructor(
    private readonly database: Database,
    private readonly friends: FriendsRepository,
    private readonly relations: RelationsRepository,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly listeners: FriendshipListeners,
  ) {}

  /** In the order of their ids. */
  async list(personId: string, limit: number, after?: string): Promise<FriendView[]> {
    const rows = await this.friends.friends(personId, limit, after);
    const people = await this.people.byIds(rows.map((row) => row.friend_id));
    return rows.map(({ friend_id: id, since }) => ({ friend: people.get(id) ?? { id, handle: '', displayName: '' }, since }));
  }

  /**
   * Ends a friendship for both sides, with what depended on it: listeners act in the same transaction, before the events,
   * because counters come last in the lock order.
   * @throws Fault `not_found`
   */
  async remove(personId: string, friendId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.people.lock(tx, [personId, friendId]);
      if (!(await this.friends.part(tx, personId, friendId))) throw noSuchFriend();
      await this.relations.part(tx, personId, friendId);
      await this.listeners.ended(tx, personId, friendId);
      this.events.append(tx, [
        { ownerId: personId, type: 'friend.removed', ref: friendId, actor: friendId },
        { ownerId: friendId, type: 'friend.removed', ref: personId, actor: personId },
      ]);
    });
  }

  /** @throws Fault `not_found` */
  async lookUp(personId: string, handle: string): Promise<{ person: PersonBrief; relation: Relation }> {
    const person = await this.friends.findByHandle(personId, handle);
    if (!person) throw noSuchPerson();
    return { person, relation: await this.friends.relation(personId, person.id) };
  }

  /** The same of somebody whose id is known. @throws Fault `not_found` */
  async see(personId: string, otherId: string): Promise<{ person: PersonBrief; relation: Relation }> {
    const person = (await this.people.byIds([otherId])).get(otherId);
    if (!person || (await this.relations.isBlocked(personId, otherId))) throw noSuchPerson();
    return { person, relation: await this.friends.relation(personId, otherId) };
  }
}
