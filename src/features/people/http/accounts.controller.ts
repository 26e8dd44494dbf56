import { Body, Controller, Post } from '@nestjs/common';
import { IdempotencyKeyOf, LimitByAddress, Operation, Public } from '../../../platform/http/index.js';
import { AccountsService } from '../accounts.service.js';
import { answerNewSession } from './people.answers.js';
import { newSessionAnswer, signUpBody, type SignUpBody } from './people.dto.js';

@Controller('v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  @Public()
  @LimitByAddress('sign_up')
  @Operation({
    id: 'signUp',
    tag: 'accounts',
    summary: 'Make an account',
    description:
      'The recovery code is shown this once. A repetition with the same Idempotency-Key and password gives fresh tokens and a new code.',
    status: 201,
    gives: 'The account, its first device, and a session on it',
    answer: newSessionAnswer,
    codes: ['handle_taken', 'registration_closed', 'invalid_credentials', 'session_ended'],
  })
  async signUp(@Body({ schema: signUpBody }) body: SignUpBody, @IdempotencyKeyOf() key: string) {
    const {
      handle,
      password,
      display_name: displayName = handle,
      birth_date: birthDate,
      invite_code: inviteCode,
      device_name: deviceName,
    } = body;
    return answerNewSession(await this.accounts.signUp({ handle, password, displayName, birthDate, inviteCode, deviceName }, key));
  }
}
