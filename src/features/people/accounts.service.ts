import { Injectable } from '@nestjs/common';
import { Idempotency } from '../../platform/http/index.js';
import { AccountMaker } from './account-maker.js';
import { sessionEnded, wrongCredentials } from './people.errors.js';
import { SIGN_UP_SCOPE } from './people.settings.js';
import { PeopleRepository } from './people.repository.js';
import { Passwords } from './passwords.js';
import { RecoveryCodes } from './recovery-codes.js';
import type { Session } from './session.js';
import { SessionsService } from './sessions.service.js';
import { SignUpPolicy } from './sign-up.policy.js';

export interface SignUpForm {
  readonly handle: string;
  readonly password: string;
  readonly displayName: string;
  readonly birthDate?: string;
  readonly inviteCode?: string;
  readonly deviceName: string;
}

const ROUTE = 'POST /v1/accounts';

/** Sign-up. Its idempotency key is scoped to the handle, because there is no person yet. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly policy: SignUpPolicy,
    private readonly idempotency: Idempotency,
    private readonly passwords: Passwords,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly maker: AccountMaker,
    private readonly people: PeopleRepository,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Makes the account, or, for a repeated request, gives the same account's session with fresh tokens and a new recovery
   * code (the first one is kept as a hash alone, and its answer was lost).
   * @throws Fault `handle_taken`, `registration_closed`, `validation_failed`; on a repetition `invalid_credentials` for another password
   */
  async signUp(form: SignUpForm, key: string): Promise<{ session: Session; recoveryCode: string }> {
    const { handle, password, displayName, birthDate, inviteCode, deviceName } = form;
    this.policy.check(birthDate);
    // No MAC of a password is kept: it would be quicker to guess at than its argon2 hash.
    const macs = this.idempotency.mac(this.idempotency.scopeOf(SIGN_UP_SCOPE, handle), ROUTE, key, { ...form, password: undefined });
    // A repetition needs no invite: its first attempt may have used up the last of it.
    if (!(await this.idempotency.find(macs))) await this.policy.checkInvite(inviteCode);
    const passwordHash = await this.passwords.hash(password);
    const { code, hash: recoveryHash } = this.recoveryCodes.make();
    const person = { handle, displayName, passwordHash, recoveryHash, birthDate: birthDate ?? null };
    const { id: deviceId, replayed } = await this.idempotency.once(
      macs,
      () => 0, // accounts outlast every hour: the record lives its least time
      async (tx) => {
        await this.policy.useInvite(tx, inviteCode);
        return this.maker.make(tx, person, deviceName);
      },
    );
    return {
      session: replayed ? await this.#repeat(form, deviceId, recoveryHash) : await this.#first(handle, deviceId),
      recoveryCode: code,
    };
  }

  async #first(handle: string, deviceId: string): Promise<Session> {
    const person = await this.people.findByHandle(handle);
    if (!person) throw sessionEnded();
    return this.sessions.resume(person, deviceId);
  }

  async #repeat({ handle, password }: SignUpForm, deviceId: string, recoveryHash: string): Promise<Session> {
    const person = await this.people.findByHandle(handle);
    const isRight = await this.passwords.verify(person?.passwordHash, password);
    if (!person || !isRight) throw wrongCredentials();
    const session = await this.sessions.resume(person, deviceId);
    await this.people.changeSecrets(person.id, { recoveryHash });
    return session;
  }
}
