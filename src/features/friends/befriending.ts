import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Ids } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { PeopleService } from '../people/index.js';
import { noSuchPerson, otherHasTooMany, tooManyFriends } from './friends.errors.js';
import { FriendshipListeners } from './friendship-listeners.js';
import { FriendsRepository } from './friends.repository.js';
import { MAX_FRIENDS } from './friends.settings.js';
import { RelationsRepository } from './relations.repository.js';

/**
 * How two people become friends. Every change locks both (in the order of their ids) before it looks at anything of the pair,
 * so what happens between two people happens one after another: two that ask each other at the same moment become friends,
 * and no request is left behind.
 */
@Injectable()
export class Befriending {
  constructor(
    private readonly friends: FriendsRepository,
    private readonly relations: RelationsRepository,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly listeners: FriendshipListeners,
    private readonly ids: Ids,
  ) {}

  /** @throws Fault `not_found` where one of them is gone or has blocked the other */
  async lock(tx: Transaction, a: string, b: string): Promise<void> {
    const present = await this.people.lock(tx, [a, b]);
    if (!present.has(a) || !present.has(b) || (await this.relations.isBlocked(a, b, tx))) throw noSuchPerson();
  }

  async areFriends(tx: Transaction, a: string, b: string): Promise<boolean> {
    return (await this.friends.friendsAmong(a, [b], tx)).has(b);
  }

  /** Asks, or accepts where the other one has asked already. @returns the request's id @throws Fault `quota_exceeded`, `recipient_unavailable` */
  async ask(tx: Transaction, fromId: string, toId: string): Promise<string> {
    const crossing = await this.friends.take(tx, toId, fromId);
    if (crossing) {
      await this.befriend(tx, fromId, toId, crossing);
      return crossing;
    }
    if ((await this.friends.count(tx, fromId)) >= MAX_FRIENDS) throw tooManyFriends();
    const { id, fresh } = await this.friends.insert(tx, { id: this.ids.lasting(), fromId, toId });
    if (fresh) this.events.append(tx, [{ ownerId: toId, type: 'friend.requested', ref: id, actor: fromId }]);
    return id;
  }

  /** @param accepter whose call it is @param ref the request that led here @throws Fault `quota_exceeded`, `recipient_unavailable` */
  async befriend(tx: Transaction, accepter: string, other: string, ref: string): Promise<void> {
    if ((await this.friends.count(tx, accepter)) >= MAX_FRIENDS) throw tooManyFriends();
    if ((await this.friends.count(tx, other)) >= MAX_FRIENDS) throw otherHasTooMany();
    // Whichever of the two asked, nothing waits any more.
    await this.friends.take(tx, accepter, other);
    await this.friends.take(tx, other, accepter);
    // A send of an earlier friendship's last moment may have been written after its end: it must not come back with this one.
    await this.listeners.ended(tx, accepter, other);
    await this.friends.befriend(tx, accepter, other);
    this.events.append(tx, [
      { ownerId: accepter, type: 'friend.accepted', ref, actor: other },
      { ownerId: other, type: 'friend.accepted', ref, actor: accepter },
    ]);
  }
}
