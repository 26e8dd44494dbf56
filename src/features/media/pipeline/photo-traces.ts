import { MediaRejected } from '../media-rejected.js';
import { readHeader } from './photo-header.js';
import { sharp } from './sharp-runtime.js';

export interface PhotoTraces {
  readonly found: readonly string[];
  readonly stripped: readonly string[];
}

/** What a photo carries besides its pixels, named and measured, never shown. @returns `undefined` where it is no photo that is taken */
export async function photoTraces(file: Buffer): Promise<PhotoTraces | undefined> {
  try {
    await readHeader(file);
  } catch (error) {
    // Too large is still a photo, and the pipeline says why it is refused.
    if (error instanceof MediaRejected && error.reason === 'unsupported_media') return undefined;
    if (!(error instanceof MediaRejected)) throw error;
  }
  const header = await sharp(file, { limitInputPixels: false }).metadata();
  const { format, compression, width, height, space, depth, orientation = 1, pages = 1, icc, exif, xmp, iptc, hasAlpha } = header;
  const blocks = { EXIF: exif, XMP: xmp, IPTC: iptc };
  const carried = Object.entries(blocks).flatMap(([name, block]) => (block ? [`${name}, ${block.length} bytes`] : []));
  return {
    found: [
      `${format}${compression ? ` (${compression})` : ''}, ${width}x${height}, ${space} ${depth}, ${pages} frame${pages === 1 ? '' : 's'}`,
      `orientation ${orientation}${icc ? `, colour profile of ${icc.length} bytes` : ', no colour profile'}${hasAlpha ? ', transparency' : ''}`,
      ...carried,
    ],
    stripped: [
      ...carried,
      ...(orientation === 1 ? [] : ['the orientation tag, once the pixels are turned']),
      'whatever is no pixel: thumbnails, maker notes, comments, tails',
    ],
  };
}
