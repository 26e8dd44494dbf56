import { Injectable } from '@nestjs/common';
import { ProcessUploadHandler } from './process-upload.handler.js';

@Injectable()
export class ProcessClipHandler extends ProcessUploadHandler {
  readonly name = 'clip.process';
}
