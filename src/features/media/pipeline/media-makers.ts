import { Injectable } from '@nestjs/common';
import type { UploadKind } from '../upload.states.js';
import { ClipMaker } from './av/clip-maker.js';
import { VoiceMaker } from './av/voice-maker.js';
import type { MadeMedia } from './made-media.js';
import { PhotoDecoders } from './photo-decoders.js';

/** Which pipeline makes what of a file. The kind is what its owner announced; what the file is, its decoder decides (R11). */
@Injectable()
export class MediaMakers {
  constructor(
    private readonly photos: PhotoDecoders,
    private readonly clips: ClipMaker,
    private readonly voices: VoiceMaker,
  ) {}

  /** @throws MediaRejected where the file is at fault; any other error is the machine's: again later */
  make(kind: UploadKind, file: Buffer): Promise<MadeMedia> {
    switch (kind) {
      case 'photo':
        return this.photos.make(file);
      case 'clip':
        return this.clips.make(file);
      case 'voice':
        return this.voices.make(file);
    }
  }
}
