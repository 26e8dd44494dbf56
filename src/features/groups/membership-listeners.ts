import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';

export interface MembershipListener {
  /**
   * What a group held together is over for somebody. Runs inside the transaction that ends it, after its rows are gone.
   * @param people everybody who was in the group until now
   */
  ended(tx: Transaction, groupId: string, people: readonly string[]): Promise<void>;
}

/** How features above act in the same transaction, without groups knowing them. */
@Injectable()
export class MembershipListeners {
  readonly #listeners: MembershipListener[] = [];

  register(listener: MembershipListener): void {
    this.#listeners.push(listener);
  }

  async ended(tx: Transaction, groupId: string, people: readonly string[]): Promise<void> {
    for (const listener of this.#listeners) await listener.ended(tx, groupId, people);
  }
}
