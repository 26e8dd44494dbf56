import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { WakeUps } from '../wake-ups.js';

@Injectable()
export class WakeDeviceHandler extends JobHandler<'push.wake'> {
  readonly name = 'push.wake';

  constructor(private readonly wakeUps: WakeUps) {
    super();
  }

  handle({ deviceId }: JobPayload<'push.wake'>): Promise<void> {
    return this.wakeUps.wake(deviceId);
  }
}
