import { Body, Controller, Post } from '@nestjs/common';
import { Database } from '../../../platform/database/index.js';
import { Fault } from '../../../platform/faults/index.js';
import { IdParam, Operation } from '../../../platform/http/index.js';
import { AccountDeletion, PasswordResets, PeopleRepository, SessionEndings, Suspensions } from '../../people/index.js';
import { AdminAudit } from '../admin-audit.js';
import type { Admin } from '../admin-sessions.js';
import { AdminOf } from './admin-request.js';
import {
  changedAnswer,
  endedAnswer,
  findBody,
  personAnswer,
  reasonBody,
  resetLinkAnswer,
  suspendBody,
  type FindBody,
  type ReasonBody,
  type SuspendBody,
} from './admin.dto.js';
import { Roles } from './roles.decorator.js';

const noSuchPerson = () => new Fault('not_found', 'No such person.');

/** People, one at a time and by exact handle. Every line of the audit is written before what it speaks of is done. */
@Controller('admin/v1')
export class AdminPeopleController {
  constructor(
    private readonly audit: AdminAudit,
    private readonly people: PeopleRepository,
    private readonly suspensions: Suspensions,
    private readonly deletion: AccountDeletion,
    private readonly ended: SessionEndings,
    private readonly resets: PasswordResets,
    private readonly database: Database,
  ) {}

  @Post('people/find')
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
    const person = await this.people.findByHandle(handle);
    await this.audit.write(admin, { action: 'person.find', subject: person?.id, reason });
    if (!person) throw noSuchPerson();
    return {
      id: person.id,
      handle: person.handle,
      display_name: person.displayName,
      created_at: person.createdAt.toISOString(),
      suspended_at: person.suspendedAt?.toISOString() ?? null,
      suspended_reason: person.suspendedReason,
    };
  }

  @Post('people/:id/suspend')
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
    await this.#about(admin, 'person.suspend', id, reason);
    return { changed: await this.suspensions.suspend(id, code) };
  }

  @Post('people/:id/restore')
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
    await this.#about(admin, 'person.restore', id, reason);
    return { changed: await this.suspensions.restore(id) };
  }

  @Post('people/:id/end-sessions')
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
    await this.#about(admin, 'person.end_sessions', id, reason);
    const ended = await this.database.transaction((tx) => this.ended.end(tx, 'd.person_id = $1', [id]));
    return { ended: ended.length };
  }

  @Post('people/:id/delete')
  @Roles('operator')
  @Operation({
    id: 'deletePerson',
    tag: 'people',
    summary: 'Delete an account',
    status: 202,
    gives: 'It has ended; the rest is under way',
    codes: ['not_found'],
  })
  async delete(@AdminOf() admin: Admin, @IdParam() id: string, @Body({ schema: reasonBody }) { reason }: ReasonBody): Promise<void> {
    await this.#about(admin, 'person.delete', id, reason);
    await this.deletion.end(id);
  }

  @Post('people/:id/reset-link')
  @Roles('support')
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
    await this.#about(admin, 'person.reset_link', id, reason);
    const reset = await this.resets.create(id);
    if (!reset) throw noSuchPerson();
    return { url: reset.url, expires_at: reset.expiresAt.toISOString() };
  }

  async #about(admin: Admin, action: string, id: string, reason: string): Promise<void> {
    await this.audit.write(admin, { action, subject: id, reason });
    const [person] = await this.people.findByIds([id]);
    if (!person) throw noSuchPerson();
  }
}
