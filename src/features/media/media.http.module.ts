import { Module, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { ServerFacts } from '../../platform/http/index.js';
import { UploadsController } from './http/uploads.controller.js';
import { MediaModule } from './media.module.js';
import { heicLibrary } from './pipeline/heic-library.js';

@Module({ imports: [MediaModule], controllers: [UploadsController] })
export class MediaHttpModule implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly facts: ServerFacts,
  ) {}

  onModuleInit(): void {
    const { UPLOADS_PER_DAY, UPLOAD_BYTES_PER_DAY } = this.config;
    const capabilities = ['photo', 'clip', 'voice', ...(heicLibrary() ? ['photo_heic'] : [])];
    this.facts.add({ capabilities, limits: { uploads_per_day: UPLOADS_PER_DAY, upload_bytes_per_day: UPLOAD_BYTES_PER_DAY } });
  }
}
