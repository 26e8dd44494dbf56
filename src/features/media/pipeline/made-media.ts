/** What a pipeline makes of a file: plain bytes for the stored object, and what the row says of them. */
export interface MadeMedia {
  readonly bytes: Buffer;
  readonly contentType: 'image/jpeg' | 'video/mp4' | 'audio/mp4';
  /** As it is shown, upright. */
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  readonly thumbhash?: Buffer;
}
