import { Controller, Get, Query } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { CallerOf, decodeCursor, Limit, listQuery, Operation, pageOf, type Caller, type ListQuery } from '../../../platform/http/index.js';
import { StoriesService, storyItem } from '../stories.service.js';
import { stories, storyPosition } from './snaps.dto.js';

@Controller('v1/stories')
export class StoriesController {
  constructor(
    private readonly stories: StoriesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Limit('read')
  @Operation({
    id: 'listStories',
    tag: 'stories',
    summary: "Friends' living stories",
    description: 'Authors by their newest story, the snaps of each together, newest first. Opened like any other snap.',
    status: 200,
    gives: 'With whether I have seen each; nobody but its author learns that',
    answer: stories,
  })
  async list(@CallerOf() { personId }: Caller, @Query({ schema: listQuery }) { limit, cursor }: ListQuery) {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, storyPosition);
    const rows = await this.stories.list(personId, after, limit + 1);
    const page = pageOf(rows, limit, (row) => [Number(row.newest), row.sender_id, row.sent_at.getTime(), row.snap_id], storyItem);
    return { ...page, server_time: this.clock.date().toISOString() };
  }
}
