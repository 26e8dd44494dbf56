import { crc32 } from 'node:zlib';
import { written } from './exiftool.js';
import { box, heicCard } from './heic.js';
import { card } from './images.js';

/** One photo of every kind that is taken, with every trace that its format can carry (R14). */

export const traceWords = [
  'Hamburg Camera Works',
  'SN-4711-0815',
  'Ada Lovelace',
  '2026:11:20',
  'secret xmp note',
  'secret maker note',
  'secret claim',
  '<script>',
] as const;
const [MAKE, SERIAL, OWNER, DATE, XMP, MAKER_NOTE, CLAIM, COMMENT] = traceWords;

const TAGS = [
  '-GPSLatitude=53.55',
  '-GPSLatitudeRef=N',
  '-GPSLongitude=9.99',
  '-GPSLongitudeRef=E',
  `-Make=${MAKE}`,
  '-Model=Flash 3',
  `-SerialNumber=${SERIAL}`,
  `-OwnerName=${OWNER}`,
  `-Artist=${OWNER}`,
  `-DateTimeOriginal=${DATE} 10:11:12`,
  `-XMP-dc:Description=${XMP}`,
  `-IPTC:By-line=${OWNER}`,
  '-IPTC:City=Hamburg',
  `-Comment=${COMMENT}`,
  '-ThumbnailImage<=thumb.jpg',
  '-MakerNotes<=makernote.bin',
];

/** Tags that tell on someone, by exiftool's names; each has to be in the file before it can be shown to be gone. */
export const TRACES = {
  place: /GPSL(at|ong)itude$/,
  maker: /:Make$/,
  serial: /SerialNumber$/,
  owner: /(OwnerName|Artist)$/,
  date: /DateTimeOriginal$/,
  xmp: /^XMP-dc:/,
  thumbnail: /ThumbnailImage$/,
  'maker note': /^Apple:/,
  provenance: /^(JUMBF|CBOR|JSON|C2PA)/i,
} as const;

/** Made with exiftool and by hand; needs `hasPerl`. */
export async function tracedPhotos(): Promise<Record<'photo.jpg' | 'photo.png' | 'photo.webp' | 'photo.avif' | 'photo.heic', Buffer>> {
  const plain = {
    'photo.jpg': await card().jpeg({ quality: 95 }).toBuffer(),
    'photo.png': await card().png().toBuffer(),
    'photo.webp': await card().webp({ quality: 95 }).toBuffer(),
    'photo.avif': await card().avif({ quality: 90 }).toBuffer(),
    'photo.heic': heicCard(),
  };
  const thumb = await card({ width: 16, height: 12 }).jpeg().toBuffer();
  const traced = written(plain, TAGS, { 'thumb.jpg': thumb, 'makernote.bin': appleMakerNote() });
  return {
    'photo.jpg': withSegment(traced['photo.jpg'], 0xeb, Buffer.concat([Buffer.from('JP\0\x01\0\0\0\x01', 'latin1'), jumbf()])),
    'photo.png': withChunk(traced['photo.png'], 'caBX', jumbf()),
    'photo.webp': withRiffChunk(traced['photo.webp'], 'C2PA', jumbf()),
    'photo.avif': Buffer.concat([traced['photo.avif'], c2paBox()]),
    'photo.heic': Buffer.concat([traced['photo.heic'], c2paBox()]),
  };
}

/** A segment of a JPEG, right behind its start. */
export function withSegment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** A chunk of a PNG, right behind its header. */
export function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), length, body, check, png.subarray(33)]);
}

function withRiffChunk(webp: Buffer, type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  const whole = Buffer.concat([webp, head, data, Buffer.alloc(data.length % 2)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** C2PA manifests are JUMBF boxes (ISO/IEC 19566-5); this one claims something, signed by nobody. */
function jumbf(): Buffer {
  const type = Buffer.from('6332706100110010800000aa00389b71', 'hex');
  const described = box('jumd', type, Buffer.from('\x03c2pa\0', 'latin1'));
  const json = Buffer.from('6a736f6e00110010800000aa00389b71', 'hex');
  const claim = box('jumb', box('jumd', json, Buffer.from('\x03claim\0', 'latin1')), box('json', Buffer.from(`{"claim":"${CLAIM}"}`)));
  return box('jumb', described, claim);
}

/** C2PA 2.1 §A.5: how a BMFF file carries its manifest. */
function c2paBox(): Buffer {
  const id = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex');
  return box('uuid', id, Buffer.alloc(4), Buffer.from('manifest\0', 'latin1'), Buffer.alloc(8), jumbf());
}

/** One entry, `ContentIdentifier`, laid out as iPhones lay out theirs. */
function appleMakerNote(): Buffer {
  const text = Buffer.from(`${MAKER_NOTE}\0`);
  const head = Buffer.from('Apple iOS\0\0\x01MM', 'latin1');
  const entry = Buffer.alloc(18);
  entry.writeUInt16BE(1, 0); // entries
  entry.writeUInt16BE(0x11, 2);
  entry.writeUInt16BE(2, 4); // ASCII
  entry.writeUInt32BE(text.length, 6);
  entry.writeUInt32BE(head.length + entry.length, 10);
  return Buffer.concat([head, entry, text]);
}
