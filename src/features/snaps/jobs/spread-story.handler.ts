import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { StorySpreader } from '../story-spreader.js';

@Injectable()
export class SpreadStoryHandler extends JobHandler<'story.spread'> {
  readonly name = 'story.spread';

  constructor(private readonly stories: StorySpreader) {
    super();
  }

  handle({ snapId }: JobPayload<'story.spread'>): Promise<void> {
    return this.stories.spread(snapId);
  }
}
