import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import {
  CallerOf,
  decodeCursor,
  IdParam,
  Limit,
  LimitByAddress,
  listQuery,
  Operation,
  pageOf,
  type Caller,
  type ListQuery,
} from '../../../platform/http/index.js';
import { answerUser } from '../../people/index.js';
import { FriendsService } from '../friends.service.js';
import { friendsAnswer, handleParam, personPosition, relationAnswer } from './friends.dto.js';

@Controller('v1')
export class FriendsController {
  constructor(private readonly friends: FriendsService) {}

  @Get('friends')
  @Limit('read')
  @Operation({
    id: 'listFriends',
    tag: 'friends',
    summary: 'My friends',
    status: 200,
    gives: 'In a fixed order of no meaning',
    answer: friendsAnswer,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, personPosition);
    const views = await this.friends.list(personId, limit + 1, after);
    return pageOf(
      views,
      limit,
      ({ friend }) => [friend.id],
      ({ friend, since }) => ({ ...answerUser(friend), since: since.toISOString() }),
    );
  }

  @Delete('friends/:user_id')
  @Limit('read')
  @Operation({
    id: 'removeFriend',
    tag: 'friends',
    summary: 'End a friendship',
    status: 204,
    gives: 'Over for both; unopened snaps between us too',
  })
  async remove(@CallerOf() { personId }: Caller, @IdParam('user_id') userId: string): Promise<void> {
    await this.friends.remove(personId, userId);
  }

  @Get('users/:handle')
  @Limit('look_up')
  @LimitByAddress('look_up_address')
  @Operation({
    id: 'lookUpUser',
    tag: 'friends',
    summary: 'Who has exactly this handle',
    status: 200,
    gives: 'The person, and what we are to each other',
    answer: relationAnswer,
  })
  async lookUp(@CallerOf() { personId }: Caller, @Param('handle', { schema: handleParam }) handle: string) {
    const { person, relation } = await this.friends.lookUp(personId, handle);
    return { ...answerUser(person), relation };
  }
}
