import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import type { ErasureReason } from '../expiry/index.js';
import { AccountListeners, inPages, PersonalData } from '../people/index.js';
import { endDeliveries } from './delivery-endings.js';
import { toldOpened } from './receipts-off.sql.js';
import { SnapsEraser } from './snaps.eraser.js';

/** Few, as each may name a thousand people. */
const SENT_PAGE = 50;
const RECEIVED_PAGE = 1000;

/** What happens to snaps when an account ends or is suspended: all of theirs are erased, and what waits for them is over. */
@Injectable()
export class AccountEndings implements OnModuleInit {
  constructor(
    private readonly accounts: AccountListeners,
    private readonly data: PersonalData,
    private readonly eraser: SnapsEraser,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.accounts.register({
      ended: async (tx, personId) => {
        await this.#eraseSent(tx, personId, 'account_ended');
        await endDeliveries(tx, 'd.recipient_id = $1', [personId]);
      },
      suspended: (tx, personId) => this.#eraseSent(tx, personId, 'moderated'),
    });
    const until = 'their deadline, 72 hours at the latest';
    this.data.register(
      {
        name: 'snaps_sent',
        what: 'Living snaps that you sent: when, of what kind, to whom, until when, and what you are told of them. What they show and say is sealed.',
        until,
        pages: inPages(
          this.database,
          `SELECT s.accepted_at::text AS position, s.id, s.kind, s.state, s.reason, s.accepted_at, s.deadline AS expires_at, s.mode,
                  s.view_seconds, s.loop, s.replays, s.story, s.album_id, s.album_index,
                  (SELECT o.id FROM mortal.snaps o WHERE o.id = s.in_reply_to AND o.state = 'sent' AND o.deadline > flits_now()) AS in_reply_to,
                  (SELECT coalesce(json_agg(json_build_object(
                     'user_id', d.recipient_id, 'state', CASE d.state WHEN 'waiting' THEN 'accepted' ELSE d.state END,
                     'opened_at', CASE WHEN ${toldOpened('d')} THEN to_char(d.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END)), '[]')
                   FROM mortal.deliveries d WHERE d.snap_id = s.id) AS sent_to
           FROM mortal.snaps s
           WHERE s.sender_id = $1 AND s.state <> 'erased' AND s.deadline > flits_now() AND (s.accepted_at, s.id) > ($2::timestamptz, $3::uuid)
           ORDER BY s.accepted_at, s.id LIMIT $4`,
          SENT_PAGE,
        ),
        erase: async (tx, personId) => {
          await tx.query('DELETE FROM mortal.deliveries d USING mortal.snaps s WHERE s.sender_id = $1 AND d.snap_id = s.id', [personId]);
          await tx.query('DELETE FROM mortal.snaps WHERE sender_id = $1', [personId]);
        },
      },
      {
        name: 'snaps_received',
        what: 'Living snaps that were sent to you: by whom, when, of what kind, until when, and whether you opened them.',
        until,
        pages: inPages(
          this.database,
          `SELECT d.sent_at::text AS position, d.snap_id AS id, d.sender_id, d.group_id, d.via_story, s.kind, s.mode, d.sent_at,
                  s.deadline AS expires_at, d.opened_at
           FROM mortal.deliveries d JOIN mortal.snaps s ON s.id = d.snap_id
           WHERE d.recipient_id = $1 AND d.state <> 'waiting' AND d.ended_at IS NULL AND s.state = 'sent' AND s.deadline > flits_now()
             AND (d.sent_at, d.snap_id) > ($2::timestamptz, $3::uuid)
           ORDER BY d.sent_at, d.snap_id LIMIT $4`,
          RECEIVED_PAGE,
        ),
        erase: async (tx, personId) => void (await tx.query('DELETE FROM mortal.deliveries WHERE recipient_id = $1', [personId])),
      },
    );
  }

  /** All at once: thousands may be alive, and sessions end when this is committed. */
  async #eraseSent(tx: Transaction, personId: string, reason: ErasureReason): Promise<void> {
    const alive = await tx.query<{ id: string }>(`SELECT id FROM mortal.snaps WHERE sender_id = $1 AND state <> 'erased'`, [personId]);
    const snaps = await this.eraser.lockAll(
      tx,
      alive.map(({ id }) => id),
    );
    await this.eraser.erase(tx, snaps, reason);
  }
}
