import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { handleAsPassword, suspended, wrongCredentials } from './people.errors.js';
import { PeopleRepository } from './people.repository.js';
import type { PersonEntity } from './person.entity.js';
import { PasswordResets } from './password-resets.js';
import { Passwords } from './passwords.js';
import { RecoveryCodes } from './recovery-codes.js';
import type { Session } from './session.js';
import { SessionEndings } from './session-endings.js';
import { SessionsService } from './sessions.service.js';

export interface RecoveryForm {
  readonly handle: string;
  readonly recoveryCode: string;
  readonly newPassword: string;
  readonly deviceName: string;
}

export interface ResetForm {
  readonly resetCode: string;
  readonly newPassword: string;
  readonly deviceName: string;
}

export interface Recovered {
  readonly session: Session;
  readonly recoveryCode: string;
}

/**
 * How somebody gets back in who lost the password: by the recovery code of sign-up, or by an operator's one-time code. Either
 * way all sessions end, one is opened, and there is a new recovery code. Unknown handles cost the same time and get the same answer.
 */
@Injectable()
export class AccountRecovery {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleRepository,
    private readonly sessions: SessionsService,
    private readonly endings: SessionEndings,
    private readonly passwords: Passwords,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly resets: PasswordResets,
  ) {}

  /** @throws Fault `invalid_credentials`, `suspended` */
  async recover({ handle, recoveryCode, newPassword, deviceName }: RecoveryForm): Promise<Recovered> {
    const person = await this.people.findByHandle(handle);
    // First, because it takes the time: a wrong code is answered no sooner than a right one.
    const passwordHash = await this.passwords.hash(newPassword);
    if (!person || !this.recoveryCodes.matches(recoveryCode, person.recoveryHash)) throw wrongCredentials();
    return this.#takeOver(person, { passwordHash, deviceName }, (_, locked) =>
      Promise.resolve(locked.recoveryHash === person.recoveryHash),
    );
  }

  /** @throws Fault `invalid_credentials`, `suspended`, `validation_failed` (the handle as password) */
  async reset({ resetCode, newPassword, deviceName }: ResetForm): Promise<Recovered> {
    const personId = await this.resets.find(resetCode);
    const person = personId === undefined ? null : await this.people.findById(personId);
    if (!person) throw wrongCredentials();
    if (newPassword.toLowerCase() === person.handle) throw handleAsPassword('/new_password');
    const passwordHash = await this.passwords.hash(newPassword);
    return this.#takeOver(person, { passwordHash, deviceName }, (tx) => this.resets.use(tx, resetCode));
  }

  /** @param mayStill asks under the person's lock whether what was shown is still good */
  async #takeOver(
    person: PersonEntity,
    { passwordHash, deviceName }: { passwordHash: string; deviceName: string },
    mayStill: (tx: Transaction, locked: { recoveryHash: string }) => Promise<boolean>,
  ): Promise<Recovered> {
    if (person.suspendedAt) throw suspended();
    const fresh = this.recoveryCodes.make();
    const deviceId = await this.database.transaction(async (tx) => {
      const [locked] = await this.people.lock(tx, [person.id]);
      if (!locked || !(await mayStill(tx, locked))) throw wrongCredentials();
      if (locked.isSuspended) throw suspended();
      await this.people.changeSecrets(person.id, { passwordHash, recoveryHash: fresh.hash }, tx);
      await this.endings.end(tx, 'd.person_id = $1', [person.id]);
      return this.sessions.open(tx, person.id, { name: deviceName });
    });
    return { session: await this.sessions.resume(person, deviceId), recoveryCode: fresh.code };
  }
}
