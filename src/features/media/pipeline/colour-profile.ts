import { crc32, deflateSync } from 'node:zlib';
import type { Pixels } from './pixels.js';
import { sharp } from './sharp-runtime.js';

/** Colour primaries of Display P3 in ITU-T H.273, table 2. */
const P3_PRIMARIES = 12;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_COLOUR_TYPES: Readonly<Record<number, number>> = { 1: 0, 3: 2 };

let p3Profile: Promise<Buffer | undefined> | undefined;

/**
 * The profile that a HEIF file names by number instead of carrying it (`colr` of type `nclx`, ISO/IEC 23008-12 §6.5.5); only
 * Display P3 matters, the rest is sRGB or near enough.
 */
export async function namedProfile(file: Buffer): Promise<Buffer | undefined> {
  const at = file.indexOf('colrnclx', 0, 'latin1');
  if (at < 0 || at + 10 > file.length || file.readUInt16BE(at + 8) !== P3_PRIMARIES) return undefined;
  p3Profile ??= sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
    .withIccProfile('p3')
    .png()
    .toBuffer()
    .then((png) => sharp(png).metadata())
    .then(({ icc }) => icc);
  return p3Profile;
}

/**
 * Pixels in the space of a profile, to sRGB. libvips takes a profile only from a file: they are handed to it as a PNG that is
 * stored, not deflated. @throws what libvips throws for a profile that it cannot read
 */
export async function toSrgb(pixels: Pixels, icc: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(taggedPng(pixels, icc)).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

function taggedPng({ data, width, height, channels }: Pixels, icc: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PNG_COLOUR_TYPES[channels] ?? 2], 8);
  const rowBytes = width * channels;
  const rows = Buffer.alloc((rowBytes + 1) * height); // each row begins with its filter: none
  for (let y = 0; y < height; y += 1) data.copy(rows, y * (rowBytes + 1) + 1, y * rowBytes, (y + 1) * rowBytes);
  const profile = Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(icc)]);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('iCCP', profile),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const frame = Buffer.alloc(8 + data.length + 4);
  frame.writeUInt32BE(data.length, 0);
  frame.write(type, 4, 'latin1');
  data.copy(frame, 8);
  frame.writeUInt32BE(crc32(frame.subarray(4, 8 + data.length)), 8 + data.length);
  return frame;
}
