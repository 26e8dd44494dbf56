import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { UploadProcessor } from '../upload-processor.js';
import type { UploadKind } from '../upload.states.js';

/** One job a kind, so that each has its queue; what is done is decided by the row. */
@Injectable()
export abstract class ProcessUploadHandler extends JobHandler<`${UploadKind}.process`> {
  constructor(private readonly processor: UploadProcessor) {
    super();
  }

  handle({ uploadId }: JobPayload<`${UploadKind}.process`>): Promise<void> {
    return this.processor.process(uploadId);
  }
}
