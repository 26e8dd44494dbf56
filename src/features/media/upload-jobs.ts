import type { UploadEntity } from './upload.entity.js';
import type { UploadKind } from './upload.states.js';

export type UploadJob = `${UploadKind}.process` | 'heif.process';

const HEIF = /^image\/(?:hei[cf]|avif)(?:-sequence)?$/;

/**
 * In which queue an upload that waits for a worker belongs. What its phone takes it for is believed for that alone: where it
 * is wrong, the worker of photos hands it on (upload-processor.ts).
 */
export function jobOf({ kind, contentType }: Pick<UploadEntity, 'kind' | 'contentType'>): UploadJob {
  return kind === 'photo' && contentType !== null && HEIF.test(contentType) ? 'heif.process' : `${kind}.process`;
}
