import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Photos made in code: no camera file is kept in the repository. */

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Corners of the test card, told apart even after JPEG: what is upright can be seen in them. */
export const CARD = {
  topLeft: { r: 220, g: 20, b: 20 },
  topRight: { r: 20, g: 200, b: 20 },
  bottomLeft: { r: 20, g: 20, b: 220 },
  bottomRight: { r: 230, g: 230, b: 20 },
} as const satisfies Record<string, Rgb>;

/** Where a file's first row and first column are to be seen (EXIF 2.3, tag 274). */
const ORIENTATIONS = {
  1: ['top', 'left'],
  2: ['top', 'right'],
  3: ['bottom', 'right'],
  4: ['bottom', 'left'],
  5: ['left', 'top'],
  6: ['right', 'top'],
  7: ['right', 'bottom'],
  8: ['left', 'bottom'],
} as const;
export type Orientation = keyof typeof ORIENTATIONS;
export const orientations = Object.keys(ORIENTATIONS).map(Number) as Orientation[];

/** A card of four colours, `width` x `height` as a person should see it, stored as a camera held that way would store it. */
export function card(options: { width?: number; height?: number; orientation?: Orientation } = {}): Sharp {
  const { width = 120, height = 80, orientation = 1 } = options;
  const [rows, columns] = ORIENTATIONS[orientation];
  const isTurned = rows === 'left' || rows === 'right';
  const stored = isTurned ? { width: height, height: width } : { width, height };
  const data = Buffer.alloc(width * height * 3);
  const seen = (side: 'top' | 'bottom' | 'left' | 'right', n: number) =>
    side === 'top' ? { y: n } : side === 'bottom' ? { y: height - 1 - n } : side === 'left' ? { x: n } : { x: width - 1 - n };
  for (let row = 0; row < stored.height; row += 1) {
    for (let column = 0; column < stored.width; column += 1) {
      const { x = 0, y = 0 } = { ...seen(rows, row), ...seen(columns, column) };
      const { r, g, b } = cardColour(x < width / 2, y < height / 2);
      data.set([r, g, b], (row * stored.width + column) * 3);
    }
  }
  const image = sharp(data, { raw: { ...stored, channels: 3 } });
  return orientation === 1 ? image : image.withMetadata({ orientation });
}

function cardColour(isLeft: boolean, isTop: boolean): Rgb {
  if (isTop) return isLeft ? CARD.topLeft : CARD.topRight;
  return isLeft ? CARD.bottomLeft : CARD.bottomRight;
}

/** Something for every pixel to say, so that files are as large as photos are. Cheap even at many megapixels. */
export function noise(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  let state = 0x2545f491;
  for (let at = 0; at < data.length; at += 1) {
    if (at % 3 === 0) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[at] = 90 + ((state >>> 24) >> 2) + ((at >> 8) & 63);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Words that a camera's file gives away and nothing we hand out may contain. */
export const SECRETS = ['Hamburg Camera Works', 'SN-4711-0815', 'Ada Lovelace', '2026:11:20 10:11:12', 'secret xmp note'] as const;

/** EXIF with place, device, owner and date, and an XMP packet. */
export function withTraces(image: Sharp): Sharp {
  return image
    .withExif({
      IFD0: { Make: SECRETS[0], Model: 'Flash 3', Artist: SECRETS[2], DateTime: SECRETS[3] },
      IFD2: { BodySerialNumber: SECRETS[1], DateTimeOriginal: SECRETS[3] },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 33/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '9/1 59/1 0/1' },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>${SECRETS[4]}</note></x:xmpmeta>`);
}

/** A PNG written chunk by chunk: depths and profiles that the library under test would not write for us. */
export function png16(width: number, height: number, { r, g, b }: Rgb, icc?: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + width * 6);
  for (let x = 0; x < width; x += 1) [r, g, b].forEach((value, n) => row.writeUInt16BE(value * 257, 1 + x * 6 + n * 2));
  const profile = icc ? [chunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(icc)]))] : [];
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), ...profile, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** The profile of Adobe RGB (1998) in its shortest form: ICC.1:2001, a matrix and one gamma. */
export function adobeRgb(): Buffer {
  const fixed = (values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, n) => bytes.writeInt32BE(Math.round(value * 65_536), n * 4));
    return bytes;
  };
  const xyz = (...values: number[]): Buffer => Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), fixed(values)]);
  const gamma = Buffer.concat([Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33\0\0', 'latin1')]);
  const name = Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x06Adobe\0', 'latin1'), Buffer.alloc(82)]);
  const tags: Record<string, Buffer> = {
    desc: name,
    cprt: Buffer.from('text\0\0\0\0none', 'latin1'),
    wtpt: xyz(0.9505, 1, 1.0891),
    rXYZ: xyz(0.60974, 0.31111, 0.01947),
    gXYZ: xyz(0.20528, 0.62567, 0.06087),
    bXYZ: xyz(0.14919, 0.06322, 0.74457),
    rTRC: gamma,
    gTRC: gamma,
    bTRC: gamma,
  };
  const table = Buffer.alloc(4 + 12 * Object.keys(tags).length);
  table.writeUInt32BE(Object.keys(tags).length);
  let at = 128 + table.length;
  Object.entries(tags).forEach(([signature, data], n) => {
    table.write(signature, 4 + 12 * n, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * n);
    table.writeUInt32BE(data.length, 12 + 12 * n);
    at += data.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.writeUInt32BE(0x02100000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  fixed([0.9642, 1, 0.8249]).copy(header, 68);
  return Buffer.concat([header, table, ...Object.values(tags)]);
}

/** The head of a PNG that claims a size and holds no pixel of it. */
export function pngClaiming(width: number, height: number): Buffer {
  const file = png16(1, 1, { r: 0, g: 0, b: 0 });
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, check]);
}

/** A JPEG taken apart by hand, so that what is in it is not asked of the library that wrote it. */
export interface JpegParts {
  /** Markers before the pixels, such as `e1` (EXIF, XMP), `ed` (IPTC), `fe` (comment). */
  readonly markers: readonly string[];
  /** Bytes behind the end of the image. */
  readonly tailBytes: number;
}

export function jpegParts(file: Buffer): JpegParts {
  if (file.readUInt16BE(0) !== 0xffd8) throw new Error('not a JPEG');
  const markers: string[] = [];
  let at = 2;
  for (;;) {
    if (file[at] !== 0xff) throw new Error(`no marker at ${at}`);
    const marker = file.readUInt8(at + 1);
    at += 2 + file.readUInt16BE(at + 2);
    markers.push(marker.toString(16));
    if (marker === 0xda) break;
  }
  // In the pixels ff is followed by 00 or a restart marker, or it is a new segment (further scans), or the end.
  for (; at < file.length - 1; at += 1) {
    if (file[at] === 0xff && file[at + 1] === 0xd9) return { markers, tailBytes: file.length - at - 2 };
  }
  throw new Error('the JPEG has no end');
}
