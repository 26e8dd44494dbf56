import { Body, Controller, Post } from '@nestjs/common';
import { Operation } from '../../../platform/http/index.js';
import { Invites } from '../../people/index.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { inviteAnswer, inviteBody, type InviteBody } from './admin.dto.js';
import { AdminOf } from './admin-request.js';
import { Roles } from './roles.decorator.js';

@Controller('admin/v1')
export class AdminInvitesController {
  constructor(
    private readonly audit: AdminAudit,
    private readonly invites: Invites,
  ) {}

  @Post('invites')
  @Roles('support', 'operator')
  @Operation({
    id: 'makeInvite',
    tag: 'people',
    summary: 'An invite to sign up',
    status: 201,
    gives: 'The code, once',
    answer: inviteAnswer,
  })
  async invite(@AdminOf() admin: Admin, @Body({ schema: inviteBody }) { uses, days, reason }: InviteBody) {
    const { code, expiresAt } = await this.audit.act(admin, { action: 'invite.create', reason }, (tx) =>
      this.invites.create({ uses, days }, tx),
    );
    return { code, expires_at: expiresAt.toISOString() };
  }
}
