import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Config } from '../../platform/config/index.js';
import { registrationClosed, tooYoung } from './people.errors.js';

/**
 * Who may sign up. A birth date is never demanded: clients learn the minimum age from `GET /v1/server` and ask for it, and a
 * server could check no answer anyway. One that is given must fit.
 */
@Injectable()
export class SignUpPolicy {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @param birthDate `YYYY-MM-DD` @throws Fault `registration_closed`, `validation_failed` */
  check(birthDate: string | undefined): void {
    if (this.config.REGISTRATION !== 'open') throw registrationClosed();
    if (birthDate !== undefined && birthDate > latestBirthDate(this.clock.date(), this.config.MIN_AGE)) throw tooYoung(this.config.MIN_AGE);
  }
}

/** Who was born on this day is `years` old today (UTC). `YYYY-MM-DD`, which sorts as time does. */
export function latestBirthDate(today: Date, years: number): string {
  return `${String(today.getUTCFullYear() - years).padStart(4, '0')}${today.toISOString().slice(4, 10)}`;
}
