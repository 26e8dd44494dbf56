import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Database } from '../../platform/database/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { Ids } from '../../platform/ids/index.js';
import { EventLog } from '../events/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import { noSuchPerson, noSuchRequest, otherHasTooMany, tooManyFriends, toYourself } from './friends.errors.js';
import { FriendsRepository, type RequestRow } from './friends.repository.js';
import { MAX_FRIENDS } from './friends.settings.js';
import { RelationsRepository } from './relations.repository.js';

/** `ended`: told to a late repetition whose request was declined or taken back meanwhile. */
export type RequestState = 'pending' | 'accepted' | 'ended';

export interface RequestOutcome {
  readonly id: string;
  readonly state: RequestState;
}

export interface RequestView extends RequestRow {
  readonly direction: 'incoming' | 'outgoing';
  readonly other: PersonBrief;
}

const ROUTE = 'POST /v1/friend-requests';

/**
 * Friend requests. Every change locks both people (in the order of their ids) before it looks at anything of the pair, so
 * what happens between two people happens one after another: two that ask each other at the same moment become friends,
 * and no request is left behind.
 */
@Injectable()
export class FriendRequestsService {
  constructor(
    private readonly database: Database,
    private readonly friends: FriendsRepository,
    private readonly relations: RelationsRepository,
    private readonly people: PeopleService,
    private readonly events: EventLog,
    private readonly idempotency: Idempotency,
    private readonly ids: Ids,
  ) {}

  /**
   * Asks, or accepts where the other one has asked already.
   * @throws Fault `not_found`, `validation_failed` (yourself), `quota_exceeded`, `recipient_unavailable`
   */
  async request(fromId: string, handle: string, key: string): Promise<RequestOutcome> {
    const to = await this.people.byHandle(handle);
    if (!to) throw noSuchPerson();
    if (to.id === fromId) throw toYourself();
    const macs = this.idempotency.mac(fromId, ROUTE, key, { handle });
    const { id } = await this.idempotency.once(
      macs,
      () => 0, // lasting: the record lives its least time
      (tx) => this.#request(tx, fromId, to.id),
    );
    return { id, state: await this.#stateOf(id, fromId, to.id) };
  }

  /** Only for whom it was sent to; to anybody else it does not exist. @throws Fault `not_found`, `quota_exceeded`, `recipient_unavailable` */
  async accept(personId: string, id: string): Promise<RequestOutcome> {
    const request = await this.friends.find(id);
    if (request?.toId !== personId) throw noSuchRequest();
    await this.database.transaction(async (tx) => {
      await this.#lock(tx, personId, request.fromId);
      const taken = await this.friends.take(tx, request.fromId, personId);
      if (taken !== id) throw noSuchRequest();
      await this.#befriend(tx, personId, request.fromId, id);
    });
    return { id, state: 'accepted' };
  }

  /** Declines or takes back; the other side is not told. @throws Fault `not_found` */
  async withdraw(personId: string, id: string): Promise<void> {
    if (!(await this.friends.withdraw(id, personId))) throw noSuchRequest();
  }

  /** Both directions, newest first. */
  async list(personId: string, limit: number, after?: readonly [at: number, id: string]): Promise<RequestView[]> {
    const rows = await this.friends.requests(personId, limit, after);
    const otherOf = (row: RequestRow) => (row.fromId === personId ? row.toId : row.fromId);
    const people = await this.people.byIds(rows.map(otherOf));
    return rows.map((row) => {
      const other = people.get(otherOf(row)) ?? { id: otherOf(row), handle: '', displayName: '' };
      return { ...row, other, direction: row.fromId === personId ? 'outgoing' : 'incoming' };
    });
  }

  async #request(tx: Transaction, fromId: string, toId: string): Promise<string> {
    await this.#lock(tx, fromId, toId);
    const [friend] = await this.friends.friendsAmong(fromId, [toId], tx);
    if (friend) return this.ids.lasting();
    const crossing = await this.friends.take(tx, toId, fromId);
    if (crossing) {
      await this.#befriend(tx, fromId, toId, crossing);
      return crossing;
    }
    if ((await this.friends.count(tx, fromId)) >= MAX_FRIENDS) throw tooManyFriends();
    const { id, fresh } = await this.friends.insert(tx, { id: this.ids.lasting(), fromId, toId });
    if (fresh) this.events.append(tx, [{ ownerId: toId, type: 'friend.requested', ref: id, actor: fromId }]);
    return id;
  }

  /** @param accepter whose call it is @param ref the request that led here */
  async #befriend(tx: Transaction, accepter: string, other: string, ref: string): Promise<void> {
    if ((await this.friends.count(tx, accepter)) >= MAX_FRIENDS) throw tooManyFriends();
    if ((await this.friends.count(tx, other)) >= MAX_FRIENDS) throw otherHasTooMany();
    await this.friends.befriend(tx, accepter, other);
    this.events.append(tx, [
      { ownerId: accepter, type: 'friend.accepted', ref, actor: other },
      { ownerId: other, type: 'friend.accepted', ref, actor: accepter },
    ]);
  }

  async #lock(tx: Transaction, a: string, b: string): Promise<void> {
    const present = await this.people.lock(tx, [a, b]);
    if (!present.has(a) || !present.has(b) || (await this.relations.isBlocked(a, b, tx))) throw noSuchPerson();
  }

  async #stateOf(id: string, fromId: string, toId: string): Promise<RequestState> {
    const relation = await this.friends.relation(fromId, toId);
    if (relation === 'friend') return 'accepted';
    return (await this.friends.find(id)) ? 'pending' : 'ended';
  }
}
