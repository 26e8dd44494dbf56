import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import {
  CallerOf,
  decodeCursor,
  IdParam,
  Limit,
  listQuery,
  Operation,
  pageOf,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { GroupsService } from '../groups.service.js';
import { answerGroup } from './groups.answers.js';
import {
  createGroupBody,
  groupAnswer,
  groupPosition,
  groupsAnswer,
  renameGroupBody,
  type CreateGroupBody,
  type RenameGroupBody,
} from './groups.dto.js';

@Controller('v1/groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Post()
  @Limit('group_change')
  @Operation({
    id: 'createGroup',
    tag: 'groups',
    summary: 'Make a group and invite friends',
    description: 'I own it and am its first member. Friends are invited: nothing reaches them before they accept. All of them or nobody.',
    status: 201,
    gives: 'The group',
    answer: groupAnswer,
    codes: ['recipient_unavailable', 'quota_exceeded'],
  })
  async create(@CallerOf() { personId }: Caller, @Body({ schema: createGroupBody }) { name, member_ids }: CreateGroupBody) {
    return answerGroup(await this.groups.create(personId, name, member_ids));
  }

  @Get()
  @Limit('read')
  @Operation({
    id: 'listGroups',
    tag: 'groups',
    summary: 'Groups I am in or invited to',
    status: 200,
    gives: 'In a fixed order of no meaning',
    answer: groupsAnswer,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, groupPosition);
    const views = await this.groups.list(personId, limit + 1, after);
    return pageOf(views, limit, ({ group }) => [group.id], answerGroup);
  }

  @Get(':id')
  @Limit('read')
  @Operation({ id: 'getGroup', tag: 'groups', summary: 'One group', status: 200, gives: 'The group and who is in it', answer: groupAnswer })
  async get(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    return answerGroup(await this.groups.get(id, personId));
  }

  @Patch(':id')
  @Limit('group_change')
  @Operation({
    id: 'renameGroup',
    tag: 'groups',
    summary: 'Give my group another name',
    status: 200,
    gives: 'The group',
    answer: groupAnswer,
  })
  async rename(@CallerOf() { personId }: Caller, @IdParam() id: string, @Body({ schema: renameGroupBody }) { name }: RenameGroupBody) {
    return answerGroup(await this.groups.rename(id, personId, name));
  }

  @Delete(':id')
  @Limit('group_change')
  @Operation({
    id: 'deleteGroup',
    tag: 'groups',
    summary: 'End my group',
    status: 204,
    gives: 'Gone for everybody, with what was sent through it and not opened',
  })
  async remove(@CallerOf() { personId }: Caller, @IdParam() id: string): Promise<void> {
    await this.groups.dissolve(id, personId);
  }
}
