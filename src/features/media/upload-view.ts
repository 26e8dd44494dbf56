import { wordsFor } from './media-rejections.js';
import type { UploadEntity } from './upload.entity.js';

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

type Seen = Pick<UploadEntity, 'state' | 'kind' | 'reason' | 'width' | 'height' | 'durationMs'>;

export function viewOf({ state, kind, reason, width, height, durationMs }: Seen): UploadView {
  return {
    state,
    kind,
    ...(reason !== null && { reason, detail: wordsFor(reason) }),
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(durationMs !== null && { duration_seconds: durationMs / 1000 }),
  };
}
