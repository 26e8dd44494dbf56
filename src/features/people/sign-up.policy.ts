import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import type { Transaction } from '../../platform/database/index.js';
import { Invites } from './invites.js';
import { inviteNeeded, registrationClosed, tooYoung } from './people.errors.js';

/**
 * Who may sign up. A birth date is never demanded: clients learn the minimum age from `GET /v1/server` and ask for it, and a
 * server could check no answer anyway. One that is given must fit.
 */
@Injectable()
export class SignUpPolicy {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly invites: Invites,
  ) {}

  /** @param birthDate `YYYY-MM-DD` @throws Fault `registration_closed`, `validation_failed` */
  check(birthDate: string | undefined): void {
    if (this.config.REGISTRATION === 'closed') throw registrationClosed();
    if (birthDate !== undefined && birthDate > latestBirthDate(this.clock.date(), this.config.MIN_AGE)) throw tooYoung(this.config.MIN_AGE);
  }

  /** Before anything that costs time, and so that a handle is not to be asked for without an invite. @throws Fault `registration_closed` */
  async checkInvite(code: string | undefined): Promise<void> {
    if (this.config.REGISTRATION === 'invite' && !(code !== undefined && (await this.invites.isGood(code)))) throw inviteNeeded();
  }

  /** With the account, in its transaction. @throws Fault `registration_closed` where others were quicker */
  async useInvite(tx: Transaction, code: string | undefined): Promise<void> {
    if (this.config.REGISTRATION === 'invite' && !(code !== undefined && (await this.invites.use(tx, code)))) throw inviteNeeded();
  }
}

/** Who was born on this day is `years` old today (UTC). `YYYY-MM-DD`, which sorts as time does. */
export function latestBirthDate(today: Date, years: number): string {
  return `${String(today.getUTCFullYear() - years).padStart(4, '0')}${today.toISOString().slice(4, 10)}`;
}
