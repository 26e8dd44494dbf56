import { Injectable } from '@nestjs/common';
import { AvWorkshop } from '../pipeline/av/av-workshop.js';
import { UploadProcessor } from '../upload-processor.js';
import { ProcessUploadHandler } from './process-upload.handler.js';

@Injectable()
export class ProcessClipHandler extends ProcessUploadHandler {
  readonly name = 'clip.process';

  constructor(
    processor: UploadProcessor,
    private readonly workshop: AvWorkshop,
  ) {
    super(processor);
  }

  /** A transcode may take minutes. Killed with its worker it would look like poison; stopped, it is given back untried. */
  override stopping(): void {
    this.workshop.stop();
  }
}
