import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { ErasureSettler } from '../erasure-settler.js';

@Injectable()
export class SettleErasureHandler extends JobHandler<'erasure.settle'> {
  readonly name = 'erasure.settle';

  constructor(private readonly settler: ErasureSettler) {
    super();
  }

  /** One job stands for everything owed in its second (erasures.ts). */
  handle(_: JobPayload<'erasure.settle'>): Promise<void> {
    return this.settler.settleDue();
  }
}
