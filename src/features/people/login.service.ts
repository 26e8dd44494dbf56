import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DevicesRepository } from './devices.repository.js';
import { suspended, wrongCredentials } from './people.errors.js';
import { PeopleRepository } from './people.repository.js';
import { Passwords } from './passwords.js';
import { RecoveryCodes } from './recovery-codes.js';
import type { Session } from './session.js';
import { SessionEndings } from './session-endings.js';
import { SessionsService } from './sessions.service.js';

export interface LoginForm {
  readonly handle: string;
  readonly password: string;
  readonly deviceName: string;
  readonly replaceDeviceId?: string;
}

export interface RecoveryForm {
  readonly handle: string;
  readonly recoveryCode: string;
  readonly newPassword: string;
}

/** How a person shows who they are: by password, or by recovery code. Unknown handles cost the same time and get the same answer. */
@Injectable()
export class LoginService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleRepository,
    private readonly devices: DevicesRepository,
    private readonly sessions: SessionsService,
    private readonly endings: SessionEndings,
    private readonly passwords: Passwords,
    private readonly recoveryCodes: RecoveryCodes,
  ) {}

  /** @throws Fault `invalid_credentials`, `suspended`, `device_limit` */
  async logIn({ handle, password, deviceName, replaceDeviceId }: LoginForm): Promise<Session> {
    const person = await this.people.findByHandle(handle);
    const isRight = await this.passwords.verify(person?.passwordHash, password);
    if (!person || !isRight) throw wrongCredentials();
    if (person.suspendedAt) throw suspended();
    const deviceId = await this.database.transaction(async (tx) => {
      const [locked] = await this.people.lock(tx, [person.id]);
      // The password may have been changed, and all sessions ended, while ours was being checked.
      if (locked?.passwordHash !== person.passwordHash) throw wrongCredentials();
      return this.sessions.open(tx, person.id, { name: deviceName, replaceDeviceId });
    });
    return this.sessions.resume(person, deviceId);
  }

  /**
   * A new password for a recovery code: all sessions end, one is opened, and there is a new code.
   * @throws Fault `invalid_credentials`, `suspended`
   */
  async recover({ handle, recoveryCode, newPassword }: RecoveryForm): Promise<{ session: Session; recoveryCode: string }> {
    const person = await this.people.findByHandle(handle);
    // First, because it takes the time: a wrong code is answered no sooner than a right one.
    const passwordHash = await this.passwords.hash(newPassword);
    if (!person || !this.recoveryCodes.matches(recoveryCode, person.recoveryHash)) throw wrongCredentials();
    if (person.suspendedAt) throw suspended();
    const fresh = this.recoveryCodes.make();
    const deviceId = await this.database.transaction(async (tx) => {
      const [locked] = await this.people.lock(tx, [person.id]);
      if (locked?.recoveryHash !== person.recoveryHash) throw wrongCredentials();
      await this.people.changeSecrets(person.id, { passwordHash, recoveryHash: fresh.hash }, tx);
      await this.endings.end(tx, 'd.person_id = $1', [person.id]);
      return this.sessions.open(tx, person.id, { name: 'Recovered' });
    });
    return { session: await this.sessions.resume(person, deviceId), recoveryCode: fresh.code };
  }

  /** Opens the sensitive calls to this device for 5 minutes. @throws Fault `invalid_credentials` */
  async reauthenticate(personId: string, deviceId: string, password: string): Promise<void> {
    const person = await this.people.findById(personId);
    if (!(await this.passwords.verify(person?.passwordHash, password))) throw wrongCredentials();
    await this.devices.markReauthenticated(deviceId);
  }
}
