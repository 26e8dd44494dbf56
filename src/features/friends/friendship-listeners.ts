import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';

export interface FriendshipListener {
  /**
   * Two people are friends no longer, or one has blocked the other, friends before or not; or are about to be friends anew, and what
   * an earlier friendship left behind must be over. Runs inside the transaction that changes it, before its events are written.
   */
  ended(tx: Transaction, a: string, b: string): Promise<void>;
}

/** How features above act in the same transaction, without friends knowing them. */
@Injectable()
export class FriendshipListeners {
  readonly #listeners: FriendshipListener[] = [];

  register(listener: FriendshipListener): void {
    this.#listeners.push(listener);
  }

  async ended(tx: Transaction, a: string, b: string): Promise<void> {
    for (const listener of this.#listeners) await listener.ended(tx, a, b);
  }
}
