import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventPayloads } from '../events/index.js';
import { wordsFor } from './media-rejections.js';
import type { UploadEntity } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';

/** What an owner is told of an upload, over HTTP and in events alike. */
export interface UploadView {
  readonly state: UploadEntity['state'];
  readonly kind: UploadEntity['kind'];
  readonly reason?: string;
  readonly detail?: string;
  readonly width?: number;
  readonly height?: number;
  readonly duration_seconds?: number;
}

export function viewOf({ state, kind, reason, width, height, durationMs }: UploadEntity): UploadView {
  return {
    state,
    kind,
    ...(reason !== null && { reason, detail: wordsFor(reason) }),
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(durationMs !== null && { duration_seconds: durationMs / 1000 }),
  };
}

/** Events `upload.ready` and `upload.rejected`, read from the living row; an erased upload is dead and its events are skipped. */
@Injectable()
export class UploadEvents implements OnModuleInit {
  constructor(
    private readonly payloads: EventPayloads,
    private readonly uploads: UploadsRepository,
  ) {}

  onModuleInit(): void {
    this.payloads.register(['upload.ready', 'upload.rejected'], async (ownerId, subjects) => {
      const found = await this.uploads.findMany(
        ownerId,
        subjects.map(({ ref }) => ref),
      );
      const living = new Map(found.filter(({ state }) => state !== 'erased').map((upload) => [upload.id, upload]));
      return subjects.map(({ ref }) => {
        const upload = living.get(ref);
        return upload && { upload_id: ref, ...viewOf(upload) };
      });
    });
  }
}
