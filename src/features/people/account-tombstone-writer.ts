import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountTombstones } from '../../platform/key-vault/index.js';
import { AccountListeners } from './account-listeners.js';

/**
 * Puts up the tombstone of an account while the deletion that a person asked for is being committed: from the moment they are
 * told that it is deleted, no restored backup brings it back. It is written before the commit, although that is outside the
 * database: repeating it changes nothing, and where the commit fails the person was told so, and had asked for it.
 */
@Injectable()
export class AccountTombstoneWriter implements OnModuleInit {
  constructor(
    private readonly listeners: AccountListeners,
    private readonly tombstones: AccountTombstones,
  ) {}

  onModuleInit(): void {
    this.listeners.register({
      ended: async (tx, personId) => {
        const [person] = await tx.query<{ tombstone: string }>('SELECT tombstone FROM people WHERE id = $1', [personId]);
        if (person) await this.tombstones.add(person.tombstone);
      },
    });
  }
}
