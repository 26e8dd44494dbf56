import { Module } from '@nestjs/common';
import { MediaAccountEndings } from './account-endings.js';
import { UploadBacklog } from './upload-backlog.js';
import { UploadListeners } from './upload-listeners.js';
import { UploadMint } from './upload-mint.js';
import { UploadQuota } from './upload-quota.js';
import { UploadTickets } from './upload-tickets.js';
import { UploadsRepository } from './uploads.repository.js';
import { UploadsService } from './uploads.service.js';

/** The core, for every role. Knows no image library: that is the worker's. */
@Module({
  providers: [
    MediaAccountEndings,
    UploadBacklog,
    UploadListeners,
    UploadMint,
    UploadQuota,
    UploadTickets,
    UploadsRepository,
    UploadsService,
  ],
  exports: [UploadListeners, UploadQuota, UploadsService],
})
export class MediaModule {}
