import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DevicesRepository } from './devices.repository.js';
import { suspended, wrongCredentials } from './people.errors.js';
import { PeopleRepository } from './people.repository.js';
import { Passwords } from './passwords.js';
import type { Session } from './session.js';
import { SessionsService } from './sessions.service.js';

export interface LoginForm {
  readonly handle: string;
  readonly password: string;
  readonly deviceName: string;
  readonly replaceDeviceId?: string;
}

/** How a person shows who they are. Unknown handles cost the same time and get the same answer. */
@Injectable()
export class LoginService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleRepository,
    private readonly devices: DevicesRepository,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
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
      if (locked.isSuspended) throw suspended();
      return this.sessions.open(tx, person.id, { name: deviceName, replaceDeviceId });
    });
    return this.sessions.resume(person, deviceId);
  }

  /** Opens the sensitive calls to this device for 5 minutes. @throws Fault `invalid_credentials` */
  async reauthenticate(personId: string, deviceId: string, password: string): Promise<void> {
    const person = await this.people.findById(personId);
    if (!(await this.passwords.verify(person?.passwordHash, password))) throw wrongCredentials();
    await this.devices.markReauthenticated(deviceId);
  }
}
