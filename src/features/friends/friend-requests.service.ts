import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { Ids } from '../../platform/ids/index.js';
import { Limiter } from '../../platform/limits/index.js';
import { PeopleService, type PersonBrief } from '../people/index.js';
import { Befriending } from './befriending.js';
import type { Redeemed } from './friend-codes.service.js';
import { noSuchPerson, noSuchRequest, toYourself } from './friends.errors.js';
import { FriendsRepository, type RequestRow } from './friends.repository.js';
import { REQUEST_ROUTE } from './friends.settings.js';

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

/** Friend requests: asked by handle, answered or taken back. What makes two people friends is Befriending's. */
@Injectable()
export class FriendRequestsService {
  constructor(
    private readonly database: Database,
    private readonly friends: FriendsRepository,
    private readonly befriending: Befriending,
    private readonly people: PeopleService,
    private readonly idempotency: Idempotency,
    private readonly ids: Ids,
    private readonly limiter: Limiter,
  ) {}

  /**
   * Asks, or accepts where the other one has asked already.
   * @throws Fault `not_found`, `validation_failed` (yourself), `quota_exceeded`, `recipient_unavailable`
   */
  async request(fromId: string, handle: string, key: string): Promise<RequestOutcome> {
    const macs = this.idempotency.mac(fromId, REQUEST_ROUTE, key, { handle });
    // A repetition is no further request.
    if (!(await this.idempotency.find(macs))) await this.limiter.consume('friend_request', `person:${fromId}`);
    const to = await this.friends.findByHandle(fromId, handle);
    if (!to) throw noSuchPerson();
    if (to.id === fromId) throw toYourself('/handle');
    const { id } = await this.idempotency.once(
      macs,
      () => 0, // lasting: the record lives its least time
      async (tx) => {
        await this.befriending.lock(tx, fromId, to.id);
        return (await this.befriending.areFriends(tx, fromId, to.id)) ? this.ids.lasting() : this.befriending.ask(tx, fromId, to.id);
      },
    );
    return { id, state: await this.#stateOf(id, fromId, to.id) };
  }

  /** Only for whom it was sent to; to anybody else it does not exist. @throws Fault `not_found`, `quota_exceeded`, `recipient_unavailable` */
  async accept(personId: string, id: string): Promise<RequestOutcome> {
    const request = await this.friends.find(id);
    if (request?.toId !== personId) throw noSuchRequest();
    await this.database.transaction(async (tx) => {
      await this.befriending.lock(tx, personId, request.fromId);
      const taken = await this.friends.take(tx, request.fromId, personId);
      if (taken !== id) throw noSuchRequest();
      await this.befriending.befriend(tx, personId, request.fromId, id);
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

  /** What became of a code's use. */
  async withState(personId: string, { id, ownerId }: Redeemed): Promise<RequestOutcome> {
    return { id, state: await this.#stateOf(id, personId, ownerId) };
  }

  async #stateOf(id: string, fromId: string, toId: string): Promise<RequestState> {
    const relation = await this.friends.relation(fromId, toId);
    if (relation === 'friend') return 'accepted';
    return (await this.friends.find(id)) ? 'pending' : 'ended';
  }
}
