import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import {
  CallerOf,
  decodeCursor,
  IdempotencyKeyOf,
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
import { FriendCodesService } from '../friend-codes.service.js';
import { FriendRequestsService } from '../friend-requests.service.js';
import { friendRequestBody, outcomeAnswer, requestPosition, requestsAnswer, type FriendRequestBody } from './friends.dto.js';

@Controller('v1/friend-requests')
export class FriendRequestsController {
  constructor(
    private readonly requests: FriendRequestsService,
    private readonly codes: FriendCodesService,
  ) {}

  @Post()
  @Limit('read')
  @LimitByAddress('look_up_address')
  @Operation({
    id: 'requestFriend',
    tag: 'friends',
    summary: 'Ask somebody to be a friend',
    description:
      'By handle, or by a code that was held up or shared. Whoever asks one that asked before becomes a friend at once, and so does whoever has a code that does not ask. ' +
      'At most 20 requests a day, and 1,000 friends.',
    status: 201,
    gives: 'The request, and what became of it at once',
    answer: outcomeAnswer,
    codes: ['not_found', 'quota_exceeded', 'recipient_unavailable'],
  })
  async request(
    @CallerOf() { personId }: Caller,
    @IdempotencyKeyOf() key: string,
    @Body({ schema: friendRequestBody }) body: FriendRequestBody,
  ) {
    if (body.code !== undefined) return this.requests.withState(personId, await this.codes.redeem(personId, body.code, key));
    return this.requests.request(personId, body.handle ?? '', key);
  }

  @Get()
  @Limit('read')
  @Operation({
    id: 'listFriendRequests',
    tag: 'friends',
    summary: 'Requests that wait, both ways',
    status: 200,
    gives: 'Newest first',
    answer: requestsAnswer,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, requestPosition);
    const views = await this.requests.list(personId, limit + 1, after);
    return pageOf(
      views,
      limit,
      ({ at, id }) => [at, id],
      ({ id, direction, other, createdAt }) => ({ id, direction, user: answerUser(other), created_at: createdAt.toISOString() }),
    );
  }

  @Post(':id/accept')
  @Limit('read')
  @Operation({
    id: 'acceptFriend',
    tag: 'friends',
    summary: 'Accept a request that was sent to me',
    status: 200,
    gives: 'We are friends',
    answer: outcomeAnswer,
    codes: ['quota_exceeded', 'recipient_unavailable'],
  })
  async accept(@CallerOf() { personId }: Caller, @IdParam() id: string) {
    return this.requests.accept(personId, id);
  }

  @Delete(':id')
  @Limit('read')
  @Operation({
    id: 'withdrawFriendRequest',
    tag: 'friends',
    summary: 'Decline a request, or take mine back',
    status: 204,
    gives: 'Gone; the other side is not told',
  })
  async withdraw(@CallerOf() { personId }: Caller, @IdParam() id: string): Promise<void> {
    await this.requests.withdraw(personId, id);
  }
}
