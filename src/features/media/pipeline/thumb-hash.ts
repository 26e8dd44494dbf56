import { rgbaToThumbHash } from 'thumbhash';
import type { Pixels } from './pixels.js';
import { sharp } from './sharp-runtime.js';

/** A thumbhash keeps at most 7 waves a side: more pixels than this cost time and change nothing to be seen. */
const LONG_SIDE = 32;

/** The blurred preview (about 25 bytes), from pixels that are decoded and resized already. */
export async function thumbHashOf({ data, width, height, channels }: Pixels): Promise<Buffer> {
  const small = await sharp(data, { raw: { width, height, channels } })
    .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(small.info.width, small.info.height, small.data));
}
