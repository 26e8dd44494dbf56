import { Injectable } from '@nestjs/common';
import { ProcessUploadHandler } from './process-upload.handler.js';

@Injectable()
export class ProcessPhotoHandler extends ProcessUploadHandler {
  readonly name = 'photo.process';
}
