import { Body, Controller, Get, Post } from '@nestjs/common';
import { CallerOf, IdempotencyKeyOf, Limit, LimitByAddress, Operation, Public, type Caller } from '../../../platform/http/index.js';
import { AccountsService } from '../accounts.service.js';
import { answerNewSession, answerUser } from './people.answers.js';
import { meAnswer, newSessionAnswer, signUpBody, type SignUpBody } from './people.dto.js';

@Controller('v1')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('accounts')
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
    const { handle, password, display_name: displayName = handle, birth_date: birthDate, device_name: deviceName } = body;
    return answerNewSession(await this.accounts.signUp({ handle, password, displayName, birthDate, deviceName }, key));
  }

  @Get('me')
  @Limit('read')
  @Operation({ id: 'getMe', tag: 'accounts', summary: 'Who I am', status: 200, gives: 'The account', answer: meAnswer })
  async me(@CallerOf() { personId }: Caller) {
    const person = await this.accounts.get(personId);
    return { ...answerUser(person), created_at: person.createdAt.toISOString() };
  }
}
