import type { Sharp } from 'sharp';
import { MediaRejected } from '../media-rejected.js';
import { namedProfile, toSrgb } from './colour-profile.js';
import { decodeHeic } from './heic.js';
import { MAX_OUTPUT_SIDE } from './limits.js';
import { inputOptions, readHeader, type PhotoHeader } from './photo-header.js';
import type { Pixels } from './pixels.js';
import { sharp } from './sharp-runtime.js';
import { thumbHashOf } from './thumb-hash.js';

/**
 * The photo pipeline: any file in, one plain JPEG out. It lives in memory from end to end (R25) and is decoded once; JPEG and
 * thumbhash both come from the same resized pixels. Nothing but pixels crosses from input to output, so neither metadata
 * (R14) nor a tail behind the image (R21) can: what is not decoded does not exist for the encoder.
 */

const JPEG_QUALITY = 80;

export interface Photo {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly contentType: 'image/jpeg';
  readonly thumbhash: Buffer;
}

/**
 * Takes as long as it takes: whoever calls it can kill it (decoder-process.ts). libvips' own timeout looks at the clock only
 * between two blocks of pixels, and costs 3 % of every photo.
 * @throws MediaRejected unsupported_media, too_many_pixels, damaged
 */
export async function makePhoto(file: Buffer): Promise<Photo> {
  const header = await readHeader(file);
  const pixels = await (header.isHeic ? decodeFromHeic(file, header) : decode(file, header));
  const bytes = await encode(pixels);
  const thumbhash = thumbHashOf(pixels);
  return { bytes, width: pixels.width, height: pixels.height, contentType: 'image/jpeg', thumbhash };
}

async function decode(file: Buffer, { page, isDeepWithProfile }: PhotoHeader): Promise<Pixels> {
  const chain = fitted(sharp(file, inputOptions(page))).toColourspace('srgb');
  if (isDeepWithProfile) chain.withIccProfile('srgb', { attach: false });
  return pixelsOf(chain);
}

/** Colour is seen to after resizing, where there are fewest pixels. */
async function decodeFromHeic(file: Buffer, { icc }: PhotoHeader): Promise<Pixels> {
  const { data, width, height, rowPixels } = decodeHeic(file);
  const whole = sharp(data, { raw: { width: rowPixels, height, channels: 4 } }).extract({ left: 0, top: 0, width, height });
  const pixels = await pixelsOf(fitted(whole));
  const profile = icc ?? (await namedProfile(file));
  return profile ? toSrgb(pixels, profile) : pixels;
}

function fitted(image: Sharp): Sharp {
  return image.resize(MAX_OUTPUT_SIDE, MAX_OUTPUT_SIDE, { fit: 'inside', withoutEnlargement: true }).flatten({ background: '#ffffff' });
}

/** One decode, from here on. */
async function pixelsOf(image: Sharp): Promise<Pixels> {
  try {
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    throw new MediaRejected('damaged', { cause: error });
  }
}

/** Plain libjpeg-turbo: a third of the CPU of mozjpeg for about a tenth more bytes. */
async function encode({ data, width, height, channels }: Pixels): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).jpeg({ quality: JPEG_QUALITY, mozjpeg: false }).toBuffer();
}
