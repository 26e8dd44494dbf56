import type { Metadata, SharpOptions } from 'sharp';
import { MediaRejected } from '../media-rejected.js';
import { MAX_FRAMES, MAX_PIXELS, MAX_SIDE } from './limits.js';
import { sharp } from './sharp-runtime.js';

const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'heif'];

/** What is needed to know before a single pixel is decoded. */
export interface PhotoHeader {
  /** Which frame or image of the file is shown: the first, or the one a HEIF file names as its primary. */
  readonly page: number;
  /** 16 bits a channel with a colour profile: libvips works in Display P3 then and must be told to come back to sRGB. */
  readonly isDeepWithProfile: boolean;
  /** Coded as HEVC, which libvips can look at but not decode. */
  readonly isHeic: boolean;
  readonly icc?: Buffer;
}

/** How every file is opened: limits on, errors of the decoder are errors, read top to bottom in few lines of memory. */
export function inputOptions(page: number): SharpOptions {
  return { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true, autoOrient: true, page };
}

/**
 * Reads the header with the decoder itself (R11: names and content types are not asked) and refuses by it (R12, R16, R22, R23).
 * @throws MediaRejected unsupported_media, too_many_pixels
 */
export async function readHeader(file: Buffer): Promise<PhotoHeader> {
  const first = await open(file, 0);
  const page = first.pagePrimary ?? 0;
  const header = page === 0 ? first : await open(file, page);
  const isHeic = header.compression === 'hevc';
  const isTaken = FORMATS.includes(header.format) && (header.format !== 'heif' || header.compression === 'av1' || isHeic);
  if (!isTaken) throw new MediaRejected('unsupported_media');
  const { width, height, pages = 1 } = header;
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS || pages > MAX_FRAMES)
    throw new MediaRejected('too_many_pixels');
  return {
    page,
    isDeepWithProfile: header.depth === 'ushort' && header.hasProfile,
    isHeic,
    icc: header.icc,
  };
}

async function open(file: Buffer, page: number): Promise<Metadata> {
  try {
    return await sharp(file, inputOptions(page)).metadata();
  } catch (error) {
    const isTooLarge = error instanceof Error && error.message.includes('exceeds pixel limit');
    throw new MediaRejected(isTooLarge ? 'too_many_pixels' : 'unsupported_media', { cause: error });
  }
}
