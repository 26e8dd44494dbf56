import { Controller, Delete, Get, Post, Query } from '@nestjs/common';
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
import { BlocksService } from '../blocks.service.js';
import { blocksAnswer, personPosition } from './friends.dto.js';

@Controller('v1/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @Limit('read')
  @Operation({
    id: 'listBlocks',
    tag: 'friends',
    summary: 'Whom I have blocked',
    status: 200,
    gives: 'In a fixed order of no meaning',
    answer: blocksAnswer,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const [after] = cursor === undefined ? [] : decodeCursor(cursor, personPosition);
    const views = await this.blocks.list(personId, limit + 1, after);
    return pageOf(
      views,
      limit,
      ({ person }) => [person.id],
      ({ person, since }) => ({ ...answerUser(person), since: since.toISOString() }),
    );
  }

  @Post(':user_id')
  @Limit('block')
  @Operation({
    id: 'blockUser',
    tag: 'friends',
    summary: 'Block somebody',
    description:
      'At once and both ways: the friendship and requests end, unopened snaps between us are gone, neither finds or reaches the other. ' +
      'They are not told; to them I no longer exist. In shared groups only what goes between us is dropped.',
    status: 204,
    gives: 'Blocked',
  })
  async block(@CallerOf() { personId }: Caller, @IdParam('user_id') userId: string): Promise<void> {
    await this.blocks.block(personId, userId);
  }

  @Delete(':user_id')
  @Limit('read')
  @Operation({
    id: 'unblockUser',
    tag: 'friends',
    summary: 'Lift a block',
    status: 204,
    gives: 'Lifted; a friendship has to be asked for anew',
  })
  async unblock(@CallerOf() { personId }: Caller, @IdParam('user_id') userId: string): Promise<void> {
    await this.blocks.unblock(personId, userId);
  }
}
