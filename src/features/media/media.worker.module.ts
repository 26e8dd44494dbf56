import { Module } from '@nestjs/common';
import { IncomingEraser } from './incoming-eraser.js';
import { ProcessUploadHandler } from './jobs/process-upload.handler.js';
import { UploadClaims } from './upload-claims.js';
import { UploadOutcomes } from './upload-outcomes.js';
import { UploadProcessor } from './upload-processor.js';
import { UploadSweep } from './upload-sweep.js';
import { MediaModule } from './media.module.js';
import { PhotoDecoders } from './pipeline/photo-decoders.js';

/** What workers have on top: decoding, outcomes, sweeps. */
@Module({
  imports: [MediaModule],
  providers: [IncomingEraser, PhotoDecoders, ProcessUploadHandler, UploadClaims, UploadOutcomes, UploadProcessor, UploadSweep],
  exports: [ProcessUploadHandler],
})
export class MediaWorkerModule {}
