import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import { noSuchFriend, notFriends } from './friends.errors.js';
import { FriendsRepository } from './friends.repository.js';
import { RelationsRepository } from './relations.repository.js';

/**
 * What a person notes about friends for themselves: who is muted, who is close. Nobody is told, and it goes with the
 * friendship. A muted friend's snaps arrive as ever; their items say `muted`, and nothing wakes the person up for them.
 */
@Injectable()
export class FriendListsService {
  constructor(
    private readonly database: Database,
    private readonly relations: RelationsRepository,
    private readonly friends: FriendsRepository,
    private readonly people: PeopleService,
  ) {}

  /** @throws Fault `not_found` for anybody who is no friend */
  async mute(personId: string, friendId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      // A friendship ends under this lock as well: no mute outlives it.
      await this.people.lock(tx, [personId]);
      if (!(await this.relations.mute(tx, personId, friendId))) throw noSuchFriend();
    });
  }

  /** @throws Fault `not_found` */
  async unmute(personId: string, friendId: string): Promise<void> {
    if (!(await this.relations.unmute(personId, friendId))) throw noSuchFriend();
  }

  async mutes(personId: string, limit: number, after?: string): Promise<PersonBrief[]> {
    return this.#people(await this.relations.mutes(personId, limit, after));
  }

  async close(personId: string, limit: number, after?: string): Promise<PersonBrief[]> {
    return this.#people(await this.relations.closeFriends(personId, limit, after));
  }

  /** All or nothing. @throws Fault `recipient_unavailable` with a pointer for each who is no friend */
  async replaceClose(personId: string, friendIds: readonly string[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      // A friendship ends under this lock as well: nobody stays on the list who is no friend.
      await this.people.lock(tx, [personId]);
      const known = await this.friends.friendsAmong(personId, friendIds, tx);
      const strangers = friendIds.flatMap((id, index) => (known.has(id) ? [] : [`/user_ids/${index}`]));
      if (strangers.length > 0) throw notFriends(strangers);
      await this.relations.replaceCloseFriends(tx, personId, friendIds);
    });
  }

  async #people(ids: readonly string[]): Promise<PersonBrief[]> {
    const people = await this.people.byIds(ids);
    return ids.map((id) => people.get(id) ?? { id, handle: '', displayName: '' });
  }
}
