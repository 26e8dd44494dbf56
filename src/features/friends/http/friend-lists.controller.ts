import { Body, Controller, Delete, Get, Put, Query } from '@nestjs/common';
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
import { answerUser } from '../../people/index.js';
import { FriendListsService } from '../friend-lists.service.js';
import { closeFriendsBody, personPosition, usersAnswer, type CloseFriendsBody } from './friends.dto.js';

@Controller('v1')
export class FriendListsController {
  constructor(private readonly lists: FriendListsService) {}

  @Get('close-friends')
  @Limit('read')
  @Operation({
    id: 'listCloseFriends',
    tag: 'friends',
    summary: 'My close friends',
    status: 200,
    gives: 'In a fixed order of no meaning',
    answer: usersAnswer,
  })
  async close(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, personPosition);
    return pageOf(await this.lists.close(personId, limit + 1, after), limit, ({ id }) => [id], answerUser);
  }

  @Put('close-friends')
  @Limit('read')
  @Operation({
    id: 'replaceCloseFriends',
    tag: 'friends',
    summary: 'Say who my close friends are',
    description: 'The whole list, all or nothing. Nobody learns that they are on it. Whoever is no friend any more leaves it.',
    status: 204,
    gives: 'Replaced',
    codes: ['recipient_unavailable'],
  })
  async replaceClose(@CallerOf() { personId }: Caller, @Body({ schema: closeFriendsBody }) body: CloseFriendsBody): Promise<void> {
    await this.lists.replaceClose(personId, body.user_ids);
  }

  @Get('mutes')
  @Limit('read')
  @Operation({
    id: 'listMutes',
    tag: 'friends',
    summary: 'Whom I have muted',
    status: 200,
    gives: 'In a fixed order of no meaning',
    answer: usersAnswer,
  })
  async mutes(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, personPosition);
    return pageOf(await this.lists.mutes(personId, limit + 1, after), limit, ({ id }) => [id], answerUser);
  }

  @Put('mutes/:user_id')
  @Limit('read')
  @Operation({
    id: 'muteFriend',
    tag: 'friends',
    summary: 'Mute a friend',
    description: 'Their snaps and stories arrive as ever, marked `muted`, and wake nobody up. They are not told.',
    status: 204,
    gives: 'Muted',
  })
  async mute(@CallerOf() { personId }: Caller, @IdParam('user_id') userId: string): Promise<void> {
    await this.lists.mute(personId, userId);
  }

  @Delete('mutes/:user_id')
  @Limit('read')
  @Operation({ id: 'unmuteFriend', tag: 'friends', summary: 'Hear of a friend again', status: 204, gives: 'Not muted any more' })
  async unmute(@CallerOf() { personId }: Caller, @IdParam('user_id') userId: string): Promise<void> {
    await this.lists.unmute(personId, userId);
  }
}
