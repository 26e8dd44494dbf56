import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { EventLog } from '../events/index.js';
import { FriendshipListeners } from '../friends/index.js';
import { MembershipListeners } from '../groups/index.js';
import { isRelated } from './relation.js';

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
    const ended = await tx.query<{ snap_id: string; recipient_id: string; state: string }>(
      `WITH hit AS MATERIALIZED (
         SELECT s.id FROM mortal.snaps s WHERE s.state IN ('waiting', 'sent') AND s.id IN (
           SELECT d.snap_id FROM mortal.deliveries d
           WHERE d.recipient_id = ANY ($1::uuid[]) AND d.sender_id = ANY ($1)
             AND d.opened_at IS NULL AND d.ended_at IS NULL AND NOT ${isRelated('d')})
         ORDER BY s.id FOR UPDATE
       ), ended AS (
         UPDATE mortal.deliveries d SET ended_at = flits_now() FROM hit
         WHERE d.snap_id = hit.id AND d.recipient_id = ANY ($1::uuid[]) AND d.state IN ('waiting', 'accepted', 'delivered')
           AND d.opened_at IS NULL AND d.ended_at IS NULL AND NOT ${isRelated('d')}
         RETURNING d.snap_id, d.recipient_id, d.state
       ), counted AS (
         UPDATE mortal.snaps s SET unopened = s.unopened - gone.n,
           due_at = CASE WHEN s.mode = 'once' AND s.unopened = gone.n AND s.final_at IS NOT NULL THEN least(s.due_at, s.final_at) ELSE s.due_at END
         FROM (SELECT snap_id, count(*) AS n FROM ended GROUP BY snap_id) AS gone WHERE s.id = gone.snap_id
       )
       SELECT * FROM ended`,
      [people],
    );
    this.events.append(
      tx,
      ended.flatMap(({ snap_id, recipient_id, state }) =>
        state === 'waiting' ? [] : [{ ownerId: recipient_id, type: 'snap.withdrawn' as const, ref: snap_id }],
      ),
    );
  }
}
