import { Body, Controller, Delete, Post } from '@nestjs/common';
import { CallerOf, Limit, LimitByAddress, Operation, Public, type Caller } from '../../../platform/http/index.js';
import { Limiter } from '../../../platform/limits/index.js';
import { AccountRecovery } from '../account-recovery.js';
import { LoginService } from '../login.service.js';
import { SessionsService } from '../sessions.service.js';
import { answerNewSession, answerSession, answerTokens } from './people.answers.js';
import {
  logInBody,
  newSessionAnswer,
  reauthBody,
  recoverBody,
  refreshBody,
  resetBody,
  sessionAnswer,
  tokensAnswer,
  type LogInBody,
  type ReauthBody,
  type RecoverBody,
  type RefreshBody,
  type ResetBody,
} from './people.dto.js';

@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly login: LoginService,
    private readonly recovery: AccountRecovery,
    private readonly sessions: SessionsService,
    private readonly limiter: Limiter,
  ) {}

  @Post()
  @Public()
  @LimitByAddress('login')
  @Operation({
    id: 'logIn',
    tag: 'sessions',
    summary: 'Sign in on a device',
    description:
      'A person has at most five devices. At the limit the problem document lists them (`devices`); name one in `replace_device_id` to sign it out.',
    status: 201,
    gives: 'A session on a new device',
    answer: sessionAnswer,
    codes: ['invalid_credentials', 'suspended', 'device_limit'],
  })
  async logIn(@Body({ schema: logInBody }) body: LogInBody) {
    const { handle, password, device_name: deviceName, replace_device_id: replaceDeviceId } = body;
    await this.limiter.consume('login_handle', `handle:${handle}`);
    return answerSession(await this.login.logIn({ handle, password, deviceName, replaceDeviceId }));
  }

  @Post('refresh')
  @Public()
  @Operation({
    id: 'refreshSession',
    tag: 'sessions',
    summary: 'Fresh tokens for a refresh token',
    description:
      'The replaced token stays good until its successor is first used, so a lost answer may be asked for again. After that its use ends the session.',
    status: 200,
    gives: 'The next pair of tokens',
    answer: tokensAnswer,
    codes: ['invalid_credentials', 'session_ended', 'suspended', 'rate_limited'],
  })
  async refresh(@Body({ schema: refreshBody }) body: RefreshBody) {
    return answerTokens(await this.sessions.refresh(body.refresh_token));
  }

  @Post('recover')
  @Public()
  @LimitByAddress('recover')
  @Operation({
    id: 'recoverAccount',
    tag: 'sessions',
    summary: 'A new password for a recovery code',
    description: 'Ends all sessions. The code is used up; the answer brings a new one.',
    status: 200,
    gives: 'A session on a new device, and the new recovery code',
    answer: newSessionAnswer,
    codes: ['invalid_credentials', 'suspended'],
  })
  async recover(@Body({ schema: recoverBody }) body: RecoverBody) {
    const { handle, recovery_code: recoveryCode, new_password: newPassword, device_name: deviceName } = body;
    await this.limiter.consume('recover', `handle:${handle}`);
    return answerNewSession(await this.recovery.recover({ handle, recoveryCode, newPassword, deviceName }));
  }

  @Post('reset')
  @Public()
  @LimitByAddress('recover')
  @Operation({
    id: 'resetPassword',
    tag: 'sessions',
    summary: "A new password for an operator's one-time code",
    description:
      'For who lost password and recovery code. The code is what stands behind the # of the link. Ends all sessions; the answer brings a new recovery code.',
    status: 200,
    gives: 'A session on a new device, and the new recovery code',
    answer: newSessionAnswer,
    codes: ['invalid_credentials', 'suspended'],
  })
  async reset(@Body({ schema: resetBody }) body: ResetBody) {
    const { reset_code: resetCode, new_password: newPassword, device_name: deviceName } = body;
    return answerNewSession(await this.recovery.reset({ resetCode, newPassword, deviceName }));
  }

  @Post('reauth')
  @Limit('reauth')
  @Operation({
    id: 'reauthenticate',
    tag: 'sessions',
    summary: 'Show the password again',
    description: 'Opens the sensitive calls to this device for 5 minutes.',
    status: 204,
    gives: 'Done',
  })
  async reauth(@CallerOf() { personId, deviceId }: Caller, @Body({ schema: reauthBody }) body: ReauthBody): Promise<void> {
    await this.login.reauthenticate(personId, deviceId, body.password);
  }

  @Delete('current')
  @Limit('read')
  @Operation({
    id: 'logOut',
    tag: 'sessions',
    summary: 'Sign out on this device',
    status: 204,
    gives: 'Done; sockets of this device close',
  })
  async logOut(@CallerOf() { personId, deviceId }: Caller): Promise<void> {
    await this.sessions.end(personId, deviceId);
  }
}
