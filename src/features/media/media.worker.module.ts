import { Module } from '@nestjs/common';
import { IncomingEraser } from './incoming-eraser.js';
import { ProcessClipHandler } from './jobs/process-clip.handler.js';
import { ProcessHeifHandler } from './jobs/process-heif.handler.js';
import { ProcessPhotoHandler } from './jobs/process-photo.handler.js';
import { ProcessVoiceHandler } from './jobs/process-voice.handler.js';
import { OrphanSweep } from './orphan-sweep.js';
import { UploadClaims } from './upload-claims.js';
import { UploadOutcomes } from './upload-outcomes.js';
import { UploadProcessor } from './upload-processor.js';
import { UploadSweep } from './upload-sweep.js';
import { MediaModule } from './media.module.js';
import { AvWorkshop } from './pipeline/av/av-workshop.js';
import { ClipMaker } from './pipeline/av/clip-maker.js';
import { VoiceMaker } from './pipeline/av/voice-maker.js';
import { MediaMakers } from './pipeline/media-makers.js';
import { PhotoDecoders } from './pipeline/photo-decoders.js';

/** What workers have on top: decoding, outcomes, sweeps. */
@Module({
  imports: [MediaModule],
  providers: [
    AvWorkshop,
    ClipMaker,
    IncomingEraser,
    MediaMakers,
    OrphanSweep,
    PhotoDecoders,
    ProcessClipHandler,
    ProcessHeifHandler,
    ProcessPhotoHandler,
    ProcessVoiceHandler,
    UploadClaims,
    UploadOutcomes,
    UploadProcessor,
    UploadSweep,
    VoiceMaker,
  ],
  exports: [ProcessClipHandler, ProcessHeifHandler, ProcessPhotoHandler, ProcessVoiceHandler],
})
export class MediaWorkerModule {}
