import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { AccountTombstones } from '../../platform/key-vault/index.js';
import { Log } from '../../platform/observability/index.js';
import { Sweeper } from '../expiry/index.js';
import { AccountDeletion } from './account-deletion.js';
import { PURGE_AFTER_SECONDS } from './people.settings.js';
import { PersonalData } from './personal-data.js';

/**
 * The end of an account, second half: its rows, once every access token of it has run out (until then the rows of its ended
 * sessions are what refuses them). Tombstone first, then all parts, the person's row last, in one transaction. The job is the
 * clock; the sweep, from rows, makes it true. Idempotent, several workers at once: the row's lock orders them.
 */
@Injectable()
export class AccountPurge implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly deletion: AccountDeletion,
    private readonly tombstones: AccountTombstones,
    private readonly data: PersonalData,
    private readonly sweeper: Sweeper,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'deleted accounts', run: () => this.purgeDue() });
  }

  /** Also ends what a restored backup brought back with nothing but its mark. */
  async purgeDue(): Promise<void> {
    const unfinished = await this.database.query<{ id: string }>(
      `SELECT id FROM people WHERE deleted_at IS NOT NULL AND handle NOT LIKE 'gone:%'`,
    );
    for (const { id } of unfinished) await this.#attempt(id, () => this.deletion.end(id));
    const due = await this.database.query<{ id: string }>(
      'SELECT id FROM people WHERE deleted_at <= flits_now() - make_interval(secs => $1) ORDER BY deleted_at',
      [PURGE_AFTER_SECONDS],
    );
    for (const { id } of due) await this.#attempt(id, () => this.purge(id));
  }

  /** Does nothing before its time, or when it is done. */
  async purge(personId: string): Promise<void> {
    const [person] = await this.database.query<{ tombstone: string }>(
      'SELECT tombstone FROM people WHERE id = $1 AND deleted_at <= flits_now() - make_interval(secs => $2)',
      [personId, PURGE_AFTER_SECONDS],
    );
    if (!person) return;
    // What a request that was under way at the time has written since.
    await this.deletion.end(personId);
    await this.tombstones.add(person.tombstone);
    await this.database.transaction(async (tx) => {
      const [still] = await tx.query('SELECT 1 FROM people WHERE id = $1 FOR UPDATE', [personId]);
      if (!still) return;
      await this.data.erase(tx, personId);
      await tx.query('DELETE FROM people WHERE id = $1', [personId]);
    });
  }

  async #attempt(personId: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) =>
      this.log.error({ err: error, person_id: personId }, 'a deleted account is not gone yet; the next sweep tries again'),
    );
  }
}
