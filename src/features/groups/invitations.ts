import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { notFriends, tooManyMembers } from './groups.errors.js';
import { GroupsRepository } from './groups.repository.js';
import { MAX_GROUP_SIZE } from './groups.settings.js';

export interface Inviting {
  readonly groupId: string;
  readonly invitedBy: string;
  readonly personIds: readonly string[];
  /** JSON pointer of the list of people in the request. */
  readonly at: string;
}

/** A friend asks friends in. The caller holds the locks of these people and of the group. */
@Injectable()
export class Invitations {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly events: EventLog,
  ) {}

  /** All of them or nobody. @throws Fault `recipient_unavailable`, `quota_exceeded` */
  async invite(tx: Transaction, { groupId, invitedBy, personIds, at }: Inviting): Promise<void> {
    const friends = await this.groups.friendsAmong(tx, invitedBy, personIds);
    const strangers = personIds.flatMap((id, index) => (friends.has(id) ? [] : [`${at}/${index}`]));
    if (strangers.length > 0) throw notFriends(strangers);
    const invited = await this.groups.invite(tx, groupId, invitedBy, personIds);
    if ((await this.groups.size(tx, groupId)) > MAX_GROUP_SIZE) throw tooManyMembers();
    this.events.append(
      tx,
      invited.map((ownerId) => ({ ownerId, type: 'group.invited', ref: groupId, actor: invitedBy })),
    );
  }
}
