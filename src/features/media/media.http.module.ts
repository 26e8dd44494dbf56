import { Module } from '@nestjs/common';
import { UploadsController } from './http/uploads.controller.js';
import { MediaModule } from './media.module.js';

@Module({ imports: [MediaModule], controllers: [UploadsController] })
export class MediaHttpModule {}
