import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { CallerOf, Limit, Operation, type Caller } from '../../../platform/http/index.js';
import { PasswordChangeService } from '../password-change.service.js';
import { ProfileService } from '../profile.service.js';
import { answerMe } from './people.answers.js';
import { meAnswer, patchMeBody, passwordBody, type PasswordBody, type PatchMeBody } from './people.dto.js';

@Controller('v1/me')
export class MeController {
  constructor(
    private readonly profile: ProfileService,
    private readonly passwords: PasswordChangeService,
  ) {}

  @Get()
  @Limit('read')
  @Operation({ id: 'getMe', tag: 'accounts', summary: 'Who I am', status: 200, gives: 'The account', answer: meAnswer })
  async read(@CallerOf() { personId }: Caller) {
    return answerMe(await this.profile.get(personId));
  }

  @Patch()
  @Limit('read')
  @Operation({
    id: 'changeMe',
    tag: 'accounts',
    summary: 'Change my name or how I look at things',
    description:
      '`opened_receipts` off hides what I open from then on, and hides from me what others open; what was told stays told. `view_time` gives me longer views; senders are not told.',
    status: 200,
    gives: 'The account as it is now',
    answer: meAnswer,
  })
  async change(@CallerOf() { personId }: Caller, @Body({ schema: patchMeBody }) body: PatchMeBody) {
    const { display_name: displayName, opened_receipts: openedReceipts, view_time: viewTime } = body;
    return answerMe(await this.profile.change(personId, { displayName, openedReceipts, viewTime }));
  }

  @Post('password')
  @Limit('reauth')
  @Operation({
    id: 'changePassword',
    tag: 'accounts',
    summary: 'Change my password',
    description: 'Ends all other sessions. Send the old `password` along, or check it with POST /v1/sessions/reauth first.',
    status: 204,
    gives: 'Changed; this session stays',
    codes: ['reauth_required'],
  })
  async changePassword(@CallerOf() { personId, deviceId }: Caller, @Body({ schema: passwordBody }) body: PasswordBody): Promise<void> {
    await this.passwords.change({ personId, deviceId, password: body.password, newPassword: body.new_password });
  }
}
