import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import { noSuchPerson } from './friends.errors.js';
import { FriendsRepository } from './friends.repository.js';
import { FriendshipListeners } from './friendship-listeners.js';
import { RelationsRepository } from './relations.repository.js';

export interface BlockView {
  readonly person: PersonBrief;
  readonly since: Date;
}

/**
 * Blocks. From its commit on neither finds, asks, sees or sends to the other, and to each the other does not exist. Both
 * people are locked (in the order of their ids), so that a request or a friendship of the same moment is over as well.
 */
@Injectable()
export class BlocksService {
  constructor(
    private readonly database: Database,
    private readonly relations: RelationsRepository,
    private readonly friends: FriendsRepository,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly listeners: FriendshipListeners,
  ) {}

  /**
   * Somebody who had blocked this person before does not exist for them, so the answer is 404; the block is kept all the same,
   * so that nobody escapes being blocked by blocking first. Who was first learns nothing of the second block.
   * @throws Fault `not_found`
   */
  async block(personId: string, otherId: string): Promise<void> {
    if (personId === otherId) throw noSuchPerson();
    const isShown = await this.database.transaction(async (tx) => {
      const present = await this.people.lock(tx, [personId, otherId]);
      if (present.size !== 2) throw noSuchPerson();
      if (await this.relations.block(tx, personId, otherId)) await this.#part(tx, personId, otherId);
      return this.relations.isShown(tx, personId, otherId);
    });
    if (!isShown) throw noSuchPerson();
  }

  /** Whatever was between the two is over. */
  async #part(tx: Transaction, personId: string, otherId: string): Promise<void> {
    const wereFriends = await this.friends.part(tx, personId, otherId);
    await this.friends.take(tx, personId, otherId);
    await this.friends.take(tx, otherId, personId);
    await this.relations.part(tx, personId, otherId);
    await this.listeners.ended(tx, personId, otherId);
    // As for any friendship that ends: the other side cannot tell this from being unfriended.
    if (wereFriends)
      this.events.append(tx, [
        { ownerId: personId, type: 'friend.removed', ref: otherId, actor: otherId },
        { ownerId: otherId, type: 'friend.removed', ref: personId, actor: personId },
      ]);
  }

  /** Nothing comes back by it: a friendship has to be asked for anew. @throws Fault `not_found` */
  async unblock(personId: string, otherId: string): Promise<void> {
    if (!(await this.relations.unblock(personId, otherId))) throw noSuchPerson();
  }

  async list(personId: string, limit: number, after?: string): Promise<BlockView[]> {
    const rows = await this.relations.blocks(personId, limit, after);
    const people = await this.people.byIds(rows.map((row) => row.blocked_id));
    return rows.map(({ blocked_id: id, created_at: since }) => ({ person: people.get(id) ?? { id, handle: '', displayName: '' }, since }));
  }
}
