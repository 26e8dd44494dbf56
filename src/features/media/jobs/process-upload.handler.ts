import { Injectable } from '@nestjs/common';
import { JobHandler, type JobPayload } from '../../../platform/queue/index.js';
import { UploadProcessor } from '../upload-processor.js';

@Injectable()
export class ProcessUploadHandler extends JobHandler<'media.process'> {
  readonly name = 'media.process';

  constructor(private readonly processor: UploadProcessor) {
    super();
  }

  handle({ uploadId }: JobPayload<'media.process'>): Promise<void> {
    return this.processor.process(uploadId);
  }
}
