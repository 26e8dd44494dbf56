/**
 * Why a blob does not open: `header` cut inside the header · `record_size` not 65,536 · `keyid` not empty · `truncated` ends
 * before its last record · `tag` changed bytes, wrong key, or cut inside a record · `padding` a delimiter that does not fit.
 */
export type BlobReason = 'header' | 'record_size' | 'keyid' | 'truncated' | 'tag' | 'padding';

/** A blob that is not ours to open. Carries no byte of it. */
export class BlobError extends Error {
  constructor(readonly reason: BlobReason) {
    super(`the blob does not open: ${reason}`);
    this.name = 'BlobError';
  }
}
