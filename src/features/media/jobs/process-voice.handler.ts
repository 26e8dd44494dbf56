import { Injectable } from '@nestjs/common';
import { ProcessUploadHandler } from './process-upload.handler.js';

@Injectable()
export class ProcessVoiceHandler extends ProcessUploadHandler {
  readonly name = 'voice.process';
}
