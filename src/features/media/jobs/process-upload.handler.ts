import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import type { UploadJob } from '../upload-jobs.js';
import { UploadProcessor } from '../upload-processor.js';

/** One job a kind, and one for HEIF, so that each has its queue; what is done is decided by the row. */
@Injectable()
export abstract class ProcessUploadHandler extends JobHandler<UploadJob> {
  constructor(private readonly processor: UploadProcessor) {
    super();
  }

  handle({ uploadId }: JobPayload<UploadJob>): Promise<void> {
    return this.processor.process(uploadId, this.name);
  }
}
