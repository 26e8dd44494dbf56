import type { OutputInfo } from 'sharp';

/** Decoded, upright, resized: 8 bits a channel, sRGB, row by row. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: OutputInfo['channels'];
}
