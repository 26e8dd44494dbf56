import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { FriendshipListeners } from '../friends/index.js';
import { MembershipListeners } from '../groups/index.js';
import { endDeliveries } from './delivery-endings.js';
import { isRelated } from './relation.sql.js';

/**
 * A friendship, a membership or everything between two people (a block) ended: deliveries that were not opened end with it, in
 * the same transaction, both ways. The sender keeps seeing the last state; the recipient's item goes, and a running view is
 * not cut. What another relation still carries stays: of two who are friends no longer, what came through a group of both.
 */
@Injectable()
export class EndedRelations implements OnModuleInit {
  constructor(
    private readonly friendships: FriendshipListeners,
    private readonly memberships: MembershipListeners,
    private readonly events: EventLog,
  ) {}

  onModuleInit(): void {
    this.friendships.register({ ended: (tx, a, b) => this.#end(tx, [a, b]) });
    this.memberships.register({ ended: (tx, _groupId, people) => this.#end(tx, people) });
  }

  /** Of what any of these people sent to another of them, what nothing carries any more. */
  async #end(tx: Transaction, people: readonly string[]): Promise<void> {
    const ended = await endDeliveries(tx, `d.recipient_id = ANY ($1::uuid[]) AND d.sender_id = ANY ($1) AND NOT ${isRelated('d')}`, [
      people,
    ]);
    this.events.append(
      tx,
      ended.flatMap(({ snap_id, recipient_id, state }) =>
        state === 'waiting' ? [] : [{ ownerId: recipient_id, type: 'snap.withdrawn' as const, ref: snap_id }],
      ),
    );
  }
}
