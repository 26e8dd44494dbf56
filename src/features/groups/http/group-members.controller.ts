import { Body, Controller, Delete, Post } from '@nestjs/common';
import { CallerOf, IdParam, Limit, Operation, type Caller } from '../../../platform/http/index.js';
import { GroupsService } from '../groups.service.js';
import { MembershipsService } from '../memberships.service.js';
import { answerGroup } from './groups.answers.js';
import { groupAnswer, inviteBody, type InviteBody } from './groups.dto.js';

/** Who is in a group: ask in, accept, decline, leave, remove. */
@Controller('v1/groups/:id')
export class GroupMembersController {
  constructor(
    private readonly groups: GroupsService,
    private readonly memberships: MembershipsService,
  ) {}

  @Post('members')
  @Limit('group_change')
  @Operation({
    id: 'inviteToGroup',
    tag: 'groups',
    summary: 'Ask friends of mine in',
    description: 'Any member may. All of them or nobody; who is in it or invited already stays so.',
    status: 200,
    gives: 'The group',
    answer: groupAnswer,
    codes: ['recipient_unavailable', 'quota_exceeded'],
  })
  async invite(@CallerOf() { personId }: Caller, @IdParam() id: string, @Body({ schema: inviteBody }) { user_ids }: InviteBody) {
    await this.memberships.invite(id, personId, user_ids);
    return answerGroup(await this.groups.get(id, personId));
  }

  @Post('accept')
  @Limit('group_change')
  @Operation({
    id: 'acceptGroup',
    tag: 'groups',
    summary: 'Accept an invitation',
    status: 200,
    gives: 'The group; what was sent to it before stays unseen',
    answer: groupAnswer,
    codes: ['quota_exceeded'],
  })
  async accept(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    await this.memberships.accept(id, personId);
    return answerGroup(await this.groups.get(id, personId));
  }

  @Post('leave')
  @Limit('group_change')
  @Operation({
    id: 'leaveGroup',
    tag: 'groups',
    summary: 'Leave, or decline an invitation',
    description: 'Who owned it hands over to whoever has been in it longest; of a declined invitation nobody is told.',
    status: 204,
    gives: 'Left; what came through the group and was not opened is gone',
  })
  async leave(@CallerOf() { personId }: Caller, @IdParam() id: string): Promise<void> {
    await this.memberships.leave(id, personId);
  }

  @Delete('members/:user_id')
  @Limit('group_change')
  @Operation({
    id: 'removeFromGroup',
    tag: 'groups',
    summary: 'Remove somebody from my group, or take an invitation back',
    status: 204,
    gives: 'Removed; with my own id I leave',
  })
  async remove(@CallerOf() { personId }: Caller, @IdParam() id: string, @IdParam('user_id') userId: string): Promise<void> {
    await this.memberships.remove(id, personId, userId);
  }
}
