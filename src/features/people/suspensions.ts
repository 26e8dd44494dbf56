import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { AccountListeners } from './account-listeners.js';
import { SessionEndings } from './session-endings.js';

/**
 * Suspended people cannot sign in, refresh or send; sessions and sockets end at once and their living snaps are erased in the
 * same transaction. Columns `people.suspended_at` and `suspended_reason`; reasons are codes of whoever suspends.
 */
@Injectable()
export class Suspensions {
  constructor(
    private readonly database: Database,
    private readonly endings: SessionEndings,
    private readonly listeners: AccountListeners,
  ) {}

  /** @returns whether it was not suspended before; `false` also where there is no such person */
  suspend(personId: string, reasonCode: string): Promise<boolean> {
    return this.database.transaction((tx) => this.suspendIn(tx, personId, reasonCode));
  }

  /** The same in a transaction that has locked nothing yet: people come first. */
  async suspendIn(tx: Transaction, personId: string, reasonCode: string): Promise<boolean> {
    // FOR UPDATE waits for the person's sends that are under way, which hold the row FOR KEY SHARE.
    await tx.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [personId]);
    const marked = await tx.query(
      `UPDATE people SET suspended_at = flits_now(), suspended_reason = $2
       WHERE id = $1 AND suspended_at IS NULL AND deleted_at IS NULL RETURNING id`,
      [personId, reasonCode],
    );
    if (marked.length === 0) return false;
    await this.endings.end(tx, 'd.person_id = $1', [personId]);
    await this.listeners.suspended(tx, personId);
    return true;
  }

  /** What was erased stays erased; the person signs in anew. @returns whether it was suspended */
  async restore(personId: string, on: Pick<Transaction, 'query'> = this.database): Promise<boolean> {
    const restored = await on.query(
      'UPDATE people SET suspended_at = NULL, suspended_reason = NULL WHERE id = $1 AND suspended_at IS NOT NULL RETURNING id',
      [personId],
    );
    return restored.length === 1;
  }
}
