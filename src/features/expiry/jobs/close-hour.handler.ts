import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { HourCloser } from '../hour-closer.js';

@Injectable()
export class CloseHourHandler extends JobHandler<'hour.close'> {
  readonly name = 'hour.close';

  constructor(private readonly closer: HourCloser) {
    super();
  }

  handle({ label }: JobPayload<'hour.close'>): Promise<void> {
    return this.closer.close(label);
  }
}
