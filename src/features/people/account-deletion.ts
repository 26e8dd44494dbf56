import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Idempotency } from '../../platform/http/index.js';
import { JobQueue } from '../../platform/queue/index.js';
import { AccountListeners } from './account-listeners.js';
import { HandleQuarantine } from './handle-quarantine.js';
import { PURGE_AFTER_SECONDS, SIGN_UP_SCOPE } from './people.settings.js';
import { SessionEndings } from './session-endings.js';

/**
 * The end of an account, first half, in one transaction: the row is marked and scrubbed (no name, no password, no birth
 * date), the handle goes into quarantine, sessions and sockets end, and listeners erase what the person sent and end what was
 * between them and others. From its commit on nothing of the person is read. The second half, the rows, is AccountPurge's.
 *
 * The person's row is taken FOR UPDATE: sends of theirs, which hold it FOR KEY SHARE, are over before it is marked or find it
 * marked. Idempotent: marking again erases what came between.
 */
@Injectable()
export class AccountDeletion {
  constructor(
    private readonly database: Database,
    private readonly endings: SessionEndings,
    private readonly listeners: AccountListeners,
    private readonly quarantine: HandleQuarantine,
    private readonly idempotency: Idempotency,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
  ) {}

  end(personId: string): Promise<void> {
    return this.database.transaction((tx) => this.endIn(tx, personId));
  }

  /** The same in a transaction that has locked nothing yet: people come first. */
  async endIn(tx: Transaction, personId: string): Promise<void> {
    const [person] = await tx.query<{ handle: string }>('SELECT handle FROM people WHERE id = $1 FOR UPDATE', [personId]);
    if (!person) return;
    await tx.query(
      `UPDATE people SET deleted_at = coalesce(deleted_at, flits_now()), handle = $2, display_name = '', password_hash = '',
         recovery_hash = '', birth_date = NULL, suspended_reason = NULL
       WHERE id = $1`,
      [personId, goneHandle(personId)],
    );
    if (person.handle !== goneHandle(personId)) {
      await this.quarantine.hold(tx, person.handle);
      await this.idempotency.forget(tx, this.idempotency.scopeOf(SIGN_UP_SCOPE, person.handle));
    }
    await this.idempotency.forget(tx, personId);
    await this.endings.end(tx, 'd.person_id = $1', [personId]);
    await this.listeners.ended(tx, personId);
    const at = this.clock.now() + PURGE_AFTER_SECONDS * 1000;
    tx.afterCommit(() => void this.queue.add('account.purge', { personId }, { key: `account-${personId}`, at }));
  }
}

/** Unique, and no handle that anybody could have or look up. */
export function goneHandle(personId: string): string {
  return `gone:${personId}`;
}
