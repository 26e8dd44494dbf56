import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';

export interface AccountListener {
  /** The person deletes the account: what is theirs becomes unreadable in this transaction. */
  ended?(tx: Transaction, personId: string): Promise<void>;
  /** The account is suspended: nothing of it stays in front of others. */
  suspended?(tx: Transaction, personId: string): Promise<void>;
}

/**
 * How features above act in the transaction that marks an account ended or suspended, without people knowing them. The
 * person's row is locked and marked by then, so that no send of theirs runs beside it; listeners lock in the one order and
 * append events, which are written last.
 */
@Injectable()
export class AccountListeners {
  readonly #listeners: AccountListener[] = [];

  register(listener: AccountListener): void {
    this.#listeners.push(listener);
  }

  async ended(tx: Transaction, personId: string): Promise<void> {
    for (const listener of this.#listeners) await listener.ended?.(tx, personId);
  }

  async suspended(tx: Transaction, personId: string): Promise<void> {
    for (const listener of this.#listeners) await listener.suspended?.(tx, personId);
  }
}
