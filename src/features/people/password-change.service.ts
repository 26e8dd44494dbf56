import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { DevicesRepository } from './devices.repository.js';
import { handleAsPassword, sessionEnded, wrongCredentials } from './people.errors.js';
import { PeopleRepository } from './people.repository.js';
import { Passwords } from './passwords.js';
import { Reauth } from './reauth.js';
import { SessionEndings } from './session-endings.js';

export interface PasswordChange {
  readonly personId: string;
  /** The device that asks, whose session stays. */
  readonly deviceId: string;
  /** The old one; may be left out within 5 minutes of a check. */
  readonly password?: string;
  readonly newPassword: string;
}

/** A new password by somebody who knows the old one; all other sessions end, sockets included (R41). */
@Injectable()
export class PasswordChangeService {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleRepository,
    private readonly devices: DevicesRepository,
    private readonly passwords: Passwords,
    private readonly endings: SessionEndings,
    private readonly reauth: Reauth,
  ) {}

  /** @throws Fault `reauth_required`, `invalid_credentials`, `validation_failed` (the handle as password) */
  async change({ personId, deviceId, password, newPassword }: PasswordChange): Promise<void> {
    const person = await this.people.findById(personId);
    if (!person) throw sessionEnded();
    if (password === undefined) await this.reauth.require(deviceId);
    else if (!(await this.passwords.verify(person.passwordHash, password))) throw wrongCredentials();
    if (newPassword.toLowerCase() === person.handle) throw handleAsPassword('/new_password');
    const passwordHash = await this.passwords.hash(newPassword);
    await this.database.transaction(async (tx) => {
      const [locked] = await this.people.lock(tx, [personId]);
      // Changed, or recovered by its owner, while ours was being hashed: whoever was first has the account.
      if (locked?.passwordHash !== person.passwordHash) throw wrongCredentials();
      await this.people.changeSecrets(personId, { passwordHash }, tx);
      await this.endings.end(tx, 'd.person_id = $1 AND d.id <> $2', [personId, deviceId]);
    });
    await this.devices.markReauthenticated(deviceId);
  }
}
