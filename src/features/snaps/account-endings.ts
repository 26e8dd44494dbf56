import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import type { ErasureReason } from '../expiry/index.js';
import { AccountListeners, PersonalData } from '../people/index.js';
import { SnapsEraser } from './snaps.eraser.js';

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
        await this.#endReceived(tx, personId);
      },
      suspended: (tx, personId) => this.#eraseSent(tx, personId, 'moderated'),
    });
    const read = (text: string) => (personId: string) => this.database.query<object>(text, [personId]);
    const until = 'their deadline, 72 hours at the latest';
    this.data.register(
      {
        name: 'snaps_sent',
        what: 'Living snaps that you sent: when, of what kind, to whom, until when. What they show and say is sealed.',
        until,
        collect: read(
          `SELECT s.id, s.kind, s.state, s.accepted_at, s.deadline AS expires_at, s.mode,
                  (SELECT coalesce(json_agg(d.recipient_id), '[]') FROM mortal.deliveries d WHERE d.snap_id = s.id) AS sent_to
           FROM mortal.snaps s WHERE s.sender_id = $1 AND s.state <> 'erased' AND s.deadline > flits_now() ORDER BY s.accepted_at`,
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
        collect: read(
          `SELECT d.snap_id AS id, d.sender_id, s.kind, d.sent_at, s.deadline AS expires_at, d.opened_at
           FROM mortal.deliveries d JOIN mortal.snaps s ON s.id = d.snap_id
           WHERE d.recipient_id = $1 AND d.state <> 'waiting' AND d.ended_at IS NULL AND s.state = 'sent' AND s.deadline > flits_now()
           ORDER BY d.sent_at`,
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

  /** Snaps of others to a person who is gone: never to be opened. Their senders keep seeing the last state. */
  async #endReceived(tx: Transaction, personId: string): Promise<void> {
    await tx.query(
      `WITH hit AS (
         SELECT s.id FROM mortal.snaps s JOIN mortal.deliveries d ON d.snap_id = s.id
         WHERE d.recipient_id = $1 AND d.opened_at IS NULL AND d.ended_at IS NULL AND s.state IN ('waiting', 'sent')
         ORDER BY s.id FOR UPDATE OF s
       ), ended AS (
         UPDATE mortal.deliveries d SET ended_at = flits_now() FROM hit
         WHERE d.snap_id = hit.id AND d.recipient_id = $1 AND d.state IN ('waiting', 'accepted', 'delivered') AND d.ended_at IS NULL
         RETURNING d.snap_id
       )
       UPDATE mortal.snaps s SET unopened = s.unopened - 1,
         due_at = CASE WHEN s.mode = 'once' AND s.unopened = 1 AND s.final_at IS NOT NULL THEN least(s.due_at, s.final_at) ELSE s.due_at END
       FROM ended WHERE s.id = ended.snap_id AND s.state IN ('waiting', 'sent')`,
      [personId],
    );
  }
}
