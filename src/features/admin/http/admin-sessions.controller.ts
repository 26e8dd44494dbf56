import { Body, Controller, Delete, Headers, Post } from '@nestjs/common';
import { LimitByAddress, Operation, Public } from '../../../platform/http/index.js';
import { AdminLogIn } from '../admin-log-in.js';
import { AdminSessions } from '../admin-sessions.js';
import { logInBody, sessionAnswer, type LogInBody } from './admin.dto.js';
import { Roles } from './roles.decorator.js';

@Controller('admin/v1/sessions')
export class AdminSessionsController {
  constructor(
    private readonly logIns: AdminLogIn,
    private readonly sessions: AdminSessions,
  ) {}

  @Post()
  @Public()
  @LimitByAddress('admin_login')
  @Operation({
    id: 'adminLogIn',
    tag: 'sessions',
    summary: 'Sign in with password and TOTP code',
    description: 'A code is taken once. A session lasts 8 hours, and half an hour without a call.',
    status: 201,
    gives: 'A session',
    answer: sessionAnswer,
    codes: ['invalid_credentials'],
  })
  async logIn(@Body({ schema: logInBody }) { name, password, code }: LogInBody) {
    const { token, role, expiresAt } = await this.logIns.open({ name, password, code });
    return { token, role, expires_at: expiresAt.toISOString() };
  }

  @Delete('current')
  @Roles('support', 'moderator', 'operator')
  @Operation({ id: 'adminLogOut', tag: 'sessions', summary: 'Sign out', status: 204, gives: 'Done' })
  async logOut(@Headers('authorization') authorization: string): Promise<void> {
    await this.sessions.end(authorization.slice(authorization.lastIndexOf(' ') + 1));
  }
}
