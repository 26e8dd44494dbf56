import { Body, Controller, Post } from '@nestjs/common';
import { IdParam, Operation } from '../../../platform/http/index.js';
import type { Admin } from '../admin-sessions.js';
import { PeopleDesk } from '../people-desk.js';
import { AdminOf } from './admin-request.js';
import {
  changedAnswer,
  deleteAnswer,
  deleteBody,
  endedAnswer,
  findBody,
  personAnswer,
  reasonBody,
  resetLinkAnswer,
  suspendBody,
  type DeleteBody,
  type FindBody,
  type ReasonBody,
  type SuspendBody,
} from './admin.dto.js';
import { Roles } from './roles.decorator.js';

@Controller('admin/v1/people')
export class AdminPeopleController {
  constructor(private readonly desk: PeopleDesk) {}

  @Post('find')
  @Roles('support', 'moderator', 'operator')
  @Operation({
    id: 'findPerson',
    tag: 'people',
    summary: 'A person by exact handle',
    status: 200,
    gives: 'The account, and nothing of what it sent or got',
    answer: personAnswer,
    codes: ['not_found'],
  })
  async find(@AdminOf() admin: Admin, @Body({ schema: findBody }) { handle, reason }: FindBody) {
    const person = await this.desk.find(admin, handle, reason);
    return {
      id: person.id,
      handle: person.handle,
      display_name: person.displayName,
      created_at: person.createdAt.toISOString(),
      suspended_at: person.suspendedAt?.toISOString() ?? null,
      suspended_reason: person.suspendedReason,
    };
  }

  @Post(':id/suspend')
  @Roles('moderator')
  @Operation({
    id: 'suspendPerson',
    tag: 'people',
    summary: 'Suspend',
    description: 'Ends sessions and sockets, stops sends, and erases what of theirs is alive.',
    status: 200,
    gives: 'Whether it was not suspended before',
    answer: changedAnswer,
    codes: ['not_found'],
  })
  async suspend(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: suspendBody }) { reason, code }: SuspendBody) {
    return { changed: await this.desk.suspend(admin, id, reason, code) };
  }

  @Post(':id/restore')
  @Roles('moderator')
  @Operation({
    id: 'restorePerson',
    tag: 'people',
    summary: 'Lift a suspension',
    status: 200,
    gives: 'Whether it was suspended; what was erased stays erased',
    answer: changedAnswer,
    codes: ['not_found'],
  })
  async restore(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    return { changed: await this.desk.restore(admin, id, reason) };
  }

  @Post(':id/end-sessions')
  @Roles('support', 'moderator')
  @Operation({
    id: 'endSessions',
    tag: 'people',
    summary: 'Sign a person out everywhere',
    status: 200,
    gives: 'How many sessions ended',
    answer: endedAnswer,
    codes: ['not_found'],
  })
  async endSessions(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    return { ended: await this.desk.endSessions(admin, id, reason) };
  }

  @Post(':id/delete')
  @Roles('operator')
  @Operation({
    id: 'deletePerson',
    tag: 'people',
    summary: 'Delete an account',
    description:
      'A dry run unless `confirm` is the handle of that person: what is alive is unreadable at once, the rows go within the hour.',
    status: 200,
    gives: 'What goes, or would go, with it',
    answer: deleteAnswer,
    codes: ['not_found'],
  })
  async delete(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: deleteBody }) { reason, confirm }: DeleteBody) {
    const weight = await this.desk.weigh(admin, id, reason);
    if (confirm !== undefined) await this.desk.delete(admin, id, reason, confirm);
    return { dry_run: confirm === undefined, ...weight };
  }

  @Post(':id/reset-link')
  @Roles('support', 'operator')
  @Operation({
    id: 'makeResetLink',
    tag: 'people',
    summary: 'A one-time link for a new password',
    status: 201,
    gives: 'The link; one made before is dead',
    answer: resetLinkAnswer,
    codes: ['not_found'],
  })
  async resetLink(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody) {
    const { url, expiresAt } = await this.desk.resetLink(admin, id, reason);
    return { url, expires_at: expiresAt.toISOString() };
  }
}
