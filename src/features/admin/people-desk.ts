import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Fault } from '../../platform/faults/index.js';
import {
  AccountDeletion,
  PasswordResets,
  PeopleRepository,
  SessionEndings,
  Suspensions,
  type PasswordReset,
  type PersonEntity,
} from '../people/index.js';
import { AdminAudit } from './admin-audit.js';
import type { Admin } from './admin-sessions.js';

/** What would go with an account. */
export interface AccountWeight {
  readonly handle: string;
  readonly snaps: number;
  readonly uploads: number;
  readonly deliveries: number;
  readonly friends: number;
  readonly groups: number;
  readonly devices: number;
}

const noSuchPerson = () => new Fault('not_found', 'No such person.');

/** People, one at a time and by exact handle: what staff may do with an account, each act with its line of the audit. */
@Injectable()
export class PeopleDesk {
  constructor(
    private readonly audit: AdminAudit,
    private readonly database: Database,
    private readonly people: PeopleRepository,
    private readonly suspensions: Suspensions,
    private readonly deletion: AccountDeletion,
    private readonly ended: SessionEndings,
    private readonly resets: PasswordResets,
  ) {}

  /** @throws Fault `not_found`; that somebody looked is written down all the same */
  async find(admin: Admin, handle: string, reason: string): Promise<PersonEntity> {
    const person = await this.people.findByHandle(handle);
    await this.audit.write(admin, { action: 'person.find', subject: person?.id, reason });
    if (!person) throw noSuchPerson();
    return person;
  }

  /** @returns whether it was not suspended before */
  suspend(admin: Admin, id: string, reason: string, code: string): Promise<boolean> {
    return this.#act(admin, 'person.suspend', id, reason, (tx) => this.suspensions.suspendIn(tx, id, code));
  }

  /** @returns whether it was suspended */
  restore(admin: Admin, id: string, reason: string): Promise<boolean> {
    return this.#act(admin, 'person.restore', id, reason, (tx) => this.suspensions.restore(id, tx));
  }

  /** @returns how many sessions ended */
  async endSessions(admin: Admin, id: string, reason: string): Promise<number> {
    const ended = await this.#act(admin, 'person.end_sessions', id, reason, (tx) => this.ended.end(tx, 'd.person_id = $1', [id]));
    return ended.length;
  }

  async resetLink(admin: Admin, id: string, reason: string): Promise<PasswordReset> {
    const reset = await this.#act(admin, 'person.reset_link', id, reason, (tx) => this.resets.create(id, tx));
    if (!reset) throw noSuchPerson();
    return reset;
  }

  /** What a deletion would take with it: nothing is touched. */
  async weigh(admin: Admin, id: string, reason: string): Promise<AccountWeight> {
    await this.audit.write(admin, { action: 'person.delete.dry_run', subject: id, reason });
    const [weight] = await this.database.query<AccountWeight>(
      `SELECT p.handle,
         (SELECT count(*)::int FROM mortal.snaps WHERE sender_id = $1 AND state IN ('waiting', 'sent')) AS snaps,
         (SELECT count(*)::int FROM mortal.uploads WHERE owner_id = $1 AND state <> 'erased') AS uploads,
         (SELECT count(*)::int FROM mortal.deliveries WHERE recipient_id = $1) AS deliveries,
         (SELECT count(*)::int FROM friendships WHERE person_id = $1) AS friends,
         (SELECT count(*)::int FROM group_members WHERE person_id = $1) AS groups,
         (SELECT count(*)::int FROM devices WHERE person_id = $1 AND ended_at IS NULL) AS devices
       FROM people p WHERE p.id = $1 AND p.deleted_at IS NULL`,
      [id],
    );
    if (!weight) throw noSuchPerson();
    return weight;
  }

  /** @param handle theirs, typed by whoever means it @throws Fault `validation_failed` where it is another one's */
  delete(admin: Admin, id: string, reason: string, handle: string): Promise<void> {
    return this.#act(admin, 'person.delete', id, reason, async (tx) => {
      const [person] = await this.people.findByIds([id]);
      if (person?.handle !== handle)
        throw new Fault('validation_failed', 'This is not the handle of that person.', {
          errors: [{ pointer: '/confirm', code: 'wrong_handle', message: 'must be the handle of the person to be deleted' }],
        });
      await this.deletion.endIn(tx, id);
    });
  }

  #act<T>(admin: Admin, action: string, subject: string, reason: string, act: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.audit.act(admin, { action, subject, reason }, async (tx) => {
      const [person] = await this.people.findByIds([subject]);
      if (!person) throw noSuchPerson();
      return act(tx);
    });
  }
}
