import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { Disappointment } from './disappointment.js';

const [WIDTH, HEIGHT] = [1600, 1200];

/** A photo from a file, or a colourful one made here, with the place, camera and owner that a phone writes into its photos. */
export async function takePhoto(path?: string): Promise<Buffer> {
  if (!path) return makePhoto();
  const photo = await readFile(path).catch((error: unknown) => {
    throw new Disappointment(`The photo ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  });
  if (photo.length < 4 || photo.readUInt16BE(0) !== 0xffd8) throw new Disappointment(`${path} is no JPEG.`);
  await headOf(photo);
  return photo;
}

function makePhoto(): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  const [hue, seed] = [Math.random() * 6, Math.random() * 100];
  for (let y = 0, at = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1, at += 3) {
      const wave = Math.sin(x / 90 + seed) + Math.cos(y / 70 + seed) + Math.sin((x + y) / 130);
      for (let channel = 0; channel < 3; channel += 1) pixels[at + channel] = 128 + 127 * Math.sin(wave + hue + channel * 2);
    }
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 90 })
    .withExif({
      IFD0: { Make: 'Flash Works', Model: 'Flash 3', Artist: 'A. Person' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 22/1 24/1', GPSLongitudeRef: 'E', GPSLongitude: '4/1 53/1 24/1' },
    })
    .toBuffer();
}

export interface Head {
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** Width, height and format as its head says them. */
export async function headOf(photo: Buffer): Promise<Head> {
  const { width, height, format } = await sharp(photo)
    .metadata()
    .catch(() => {
      throw new Disappointment('The photo cannot be decoded.');
    });
  return { width, height, format };
}

/** The same, after decoding every pixel. @throws Error where that does not work */
export async function look(photo: Buffer): Promise<Head> {
  await sharp(photo).stats();
  return headOf(photo);
}

/** Kinds of the segments before the pixels that may speak of where and by whom a photo was taken. */
export function traces(jpeg: Buffer): string[] {
  const kinds: Readonly<Record<number, string>> = { 0xe1: 'EXIF or XMP', 0xed: 'IPTC', 0xeb: 'C2PA', 0xfe: 'comment' };
  return [...segments(jpeg)].flatMap(({ marker }) => kinds[marker] ?? []);
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where a JPEG says it was taken: degrees from its EXIF (EXIF 2.3, 4.6.6), read by hand. `undefined` where it does not say. */
export function placeOf(jpeg: Buffer): Place | undefined {
  const exif = [...segments(jpeg)].find(({ marker, data }) => marker === 0xe1 && data.toString('latin1', 0, 6) === 'Exif\0\0');
  if (!exif) return undefined;
  const tiff = exif.data.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const entry = (directory: number, tag: number) => {
    const entries = Array.from({ length: u16(directory) }, (_, n) => directory + 2 + n * 12);
    return entries.find((at) => u16(at) === tag);
  };
  const gps = entry(u32(4), 0x8825);
  if (gps === undefined) return undefined;
  const degrees = (tag: number) => {
    const at = entry(u32(gps + 8), tag);
    if (at === undefined) return undefined;
    const [whole = 0, minutes = 0, seconds = 0] = [0, 1, 2].map((n) => u32(u32(at + 8) + n * 8) / u32(u32(at + 8) + n * 8 + 4));
    return whole + minutes / 60 + seconds / 3600;
  };
  const [latitude, longitude] = [degrees(2), degrees(4)];
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function* segments(jpeg: Buffer): Generator<{ marker: number; data: Buffer }> {
  for (let at = 2; jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    yield { marker: jpeg[at + 1] ?? 0, data: jpeg.subarray(at + 4, at + 2 + jpeg.readUInt16BE(at + 2)) };
  }
}
