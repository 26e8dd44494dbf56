import { Injectable } from '@nestjs/common';
import { ProcessUploadHandler } from './process-upload.handler.js';

@Injectable()
export class ProcessHeifHandler extends ProcessUploadHandler {
  readonly name = 'heif.process';
}
