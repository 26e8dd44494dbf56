import { Body, Controller, Delete, Headers, Post } from '@nestjs/common';
import { LimitByAddress, Operation, Public } from '../../../platform/http/index.js';
import { Limiter } from '../../../platform/limits/index.js';
import { AdminAccounts } from '../admin-accounts.js';
import { AdminAudit } from '../admin-audit.js';
import { AdminSessions } from '../admin-sessions.js';
import { logInBody, sessionAnswer, type LogInBody } from './admin.dto.js';
import { Roles } from './roles.decorator.js';

@Controller('admin/v1/sessions')
export class AdminSessionsController {
  constructor(
    private readonly accounts: AdminAccounts,
    private readonly sessions: AdminSessions,
    private readonly audit: AdminAudit,
    private readonly limiter: Limiter,
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
    await this.limiter.consume('admin_login', `admin:${name}`);
    const admin = await this.accounts.check(name, password, code);
    await this.audit.write(admin, { action: 'session.open' });
    const { token, expiresAt } = await this.sessions.open(admin.id);
    return { token, role: admin.role, expires_at: expiresAt.toISOString() };
  }

  @Delete('current')
  @Roles('support', 'moderator', 'operator')
  @Operation({ id: 'adminLogOut', tag: 'sessions', summary: 'Sign out', status: 204, gives: 'Done' })
  async logOut(@Headers('authorization') authorization: string): Promise<void> {
    await this.sessions.end(authorization.slice(authorization.lastIndexOf(' ') + 1));
  }
}
