import sharp from 'sharp';
import { rgbaToThumbHash, thumbHashToRGBA } from 'thumbhash';
import {
  adobeRgb,
  CARD,
  card,
  jpegParts,
  noise,
  orientations,
  png16,
  pngClaiming,
  SECRETS,
  withTraces,
  type Rgb,
} from '../../../../test/support/images.js';
import { MediaRejected } from '../media-rejected.js';
import { makePhoto, type Photo } from './photo.js';

async function pixelOf(file: Buffer, place: (size: { width: number; height: number }) => { x: number; y: number }): Promise<Rgb> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const { x, y } = place(info);
  const at = (y * info.width + x) * info.channels;
  return { r: data.readUInt8(at), g: data.readUInt8(at + 1), b: data.readUInt8(at + 2) };
}

function expectNear(got: Rgb, wanted: Rgb, tolerance = 12): void {
  const far = Math.max(Math.abs(got.r - wanted.r), Math.abs(got.g - wanted.g), Math.abs(got.b - wanted.b));
  if (far > tolerance) throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`);
}

async function expectUprightCard({ bytes }: Photo): Promise<void> {
  expectNear(await pixelOf(bytes, () => ({ x: 8, y: 8 })), CARD.topLeft);
  expectNear(await pixelOf(bytes, ({ width }) => ({ x: width - 9, y: 8 })), CARD.topRight);
  expectNear(await pixelOf(bytes, ({ height }) => ({ x: 8, y: height - 9 })), CARD.bottomLeft);
  expectNear(await pixelOf(bytes, ({ width, height }) => ({ x: width - 9, y: height - 9 })), CARD.bottomRight);
}

async function reasonOf(file: Buffer): Promise<string> {
  const result = await makePhoto(file).catch((error: unknown) => error);
  return result instanceof MediaRejected ? result.reason : 'not rejected';
}

/** JFIF, tables, one frame, its scans: anything else would be metadata. */
const PLAIN = /^(e0|db|c0|c2|c4|dd|da)$/;

function expectPlain({ bytes }: Photo): void {
  const { markers, tailBytes } = jpegParts(bytes);
  expect(markers.filter((marker) => !PLAIN.test(marker))).toEqual([]);
  expect(tailBytes).toBe(0);
}

let p3: Buffer;
beforeAll(async () => {
  const tagged = await card().withIccProfile('p3').png().toBuffer();
  p3 = (await sharp(tagged).metadata()).icc!;
});

describe('what comes out', () => {
  describe.each(['jpeg', 'png', 'webp', 'avif'] as const)('held any way, as %s', (format) => {
    it.each(orientations)('R13: orientation %i is applied', async (orientation) => {
      const photo = await makePhoto(await card({ orientation })[format]({ quality: 95 }).toBuffer());
      expect({ width: photo.width, height: photo.height }).toEqual({ width: 120, height: 80 });
      await expectUprightCard(photo);
      expectPlain(photo);
    });
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'R11: a %s becomes a JPEG of the same picture, whatever it is called',
    async (format) => {
      const photo = await makePhoto(await card()[format]({ quality: 95 }).toBuffer());
      expect(photo.contentType).toBe('image/jpeg');
      await expectUprightCard(photo);
      expectPlain(photo);
    },
  );

  it('R14: no place, device, owner, date, XMP or profile survives', async () => {
    const camera = await withTraces(card()).withIccProfile('p3').jpeg().toBuffer();
    for (const secret of SECRETS) expect(camera.includes(secret)).toBe(true);
    const photo = await makePhoto(camera);
    expectPlain(photo);
    for (const secret of SECRETS) expect(photo.bytes.includes(secret)).toBe(false);
  });

  it('fits 2048 pixels, keeps the shape, and never enlarges', async () => {
    const large = await makePhoto(await noise(3000, 1500).jpeg().toBuffer());
    expect({ width: large.width, height: large.height }).toEqual({ width: 2048, height: 1024 });
    const line = await makePhoto(await noise(11_000, 1).png().toBuffer());
    expect({ width: line.width, height: line.height }).toEqual({ width: 2048, height: 1 });
    const small = await makePhoto(await noise(3, 2).png().toBuffer());
    expect({ width: small.width, height: small.height }).toEqual({ width: 3, height: 2 });
    expect((await sharp(large.bytes).metadata()).width).toBe(2048);
  });

  it('puts transparent pixels on white', async () => {
    const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } });
    const photo = await makePhoto(await clear.png().toBuffer());
    expectNear(await pixelOf(photo.bytes, () => ({ x: 20, y: 20 })), { r: 255, g: 255, b: 255 }, 2);
  });

  // What Display P3 calls (215, 68, 48) is (234, 51, 35) in sRGB.
  it('turns Display P3 into sRGB, at 8 and at 16 bits a channel', async () => {
    const red = sharp({ create: { width: 40, height: 40, channels: 3, background: { r: 234, g: 51, b: 35 } } });
    const eight = await makePhoto(await red.withIccProfile('p3').png().toBuffer());
    const sixteen = await makePhoto(png16(40, 40, { r: 215, g: 68, b: 48 }, p3));
    for (const { bytes } of [eight, sixteen]) {
      expectNear(await pixelOf(bytes, () => ({ x: 20, y: 20 })), { r: 234, g: 51, b: 35 }, 4);
      expect((await sharp(bytes).metadata()).icc).toBeUndefined();
    }
  });

  // By the two spaces' matrices: linear R' = 1.398 R - 0.398 G, G' = G, B' = 1.043 B - 0.043 G; gamma 2.2 to sRGB's curve.
  it('turns Adobe RGB into sRGB, in every format that carries a profile', async () => {
    const [file, wanted] = [png16(40, 40, { r: 200, g: 100, b: 100 }, adobeRgb()), { r: 226, g: 100, b: 100 }];
    expectNear(await pixelOf((await makePhoto(file)).bytes, () => ({ x: 20, y: 20 })), wanted, 3);
    for (const format of ['jpeg', 'webp', 'avif', 'png'] as const) {
      const tagged = await sharp(file).keepIccProfile().toColourspace('srgb')[format]({ quality: 100 }).toBuffer();
      expect((await sharp(tagged).metadata()).hasProfile).toBe(true);
      expectNear(await pixelOf((await makePhoto(tagged)).bytes, () => ({ x: 20, y: 20 })), wanted, 6);
    }
  });

  it('leaves colours of an untagged 16-bit file as they are', async () => {
    const { bytes } = await makePhoto(png16(40, 40, { r: 215, g: 68, b: 48 }));
    expectNear(await pixelOf(bytes, () => ({ x: 20, y: 20 })), { r: 215, g: 68, b: 48 }, 4);
  });

  it('turns grey and CMYK into what every phone shows', async () => {
    const grey = await makePhoto(await card().greyscale().jpeg().toBuffer());
    const cmyk = await makePhoto(await card().toColourspace('cmyk').jpeg().toBuffer());
    expect((await sharp(grey.bytes).metadata()).space).toMatch(/^(srgb|b-w)$/);
    expect((await sharp(cmyk.bytes).metadata()).space).toBe('srgb');
    const { r, g, b } = await pixelOf(cmyk.bytes, () => ({ x: 8, y: 8 }));
    expect([r > 150, g < 110, b < 110]).toEqual([true, true, true]); // red, as far as ink goes
  });

  it('R23: shows the first frame of an animation', async () => {
    const frames = await Promise.all(
      [CARD.topLeft, CARD.topRight, CARD.bottomLeft].map((background) =>
        sharp({ create: { width: 50, height: 40, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const photo = await makePhoto(
      await sharp(frames, { join: { animated: true } })
        .webp({ loop: 0, quality: 95 })
        .toBuffer(),
    );
    expect({ width: photo.width, height: photo.height }).toEqual({ width: 50, height: 40 });
    expectNear(await pixelOf(photo.bytes, () => ({ x: 25, y: 20 })), CARD.topLeft);
  });

  it('makes a thumbhash of the picture itself', async () => {
    const { thumbhash } = await makePhoto(await card().png().toBuffer());
    expect(thumbhash.length).toBeLessThanOrEqual(30);
    const { w, h, rgba } = thumbHashToRGBA(thumbhash);
    expect(w).toBeGreaterThan(h);
    const corner = (x: number, y: number) => ({ r: rgba[(y * w + x) * 4]!, g: rgba[(y * w + x) * 4 + 1]!, b: rgba[(y * w + x) * 4 + 2]! });
    expectNear(corner(4, 4), CARD.topLeft, 70);
    expectNear(corner(w - 5, h - 5), CARD.bottomRight, 70);
  });

  it.each([
    ['one pixel', 1, 1],
    ['a line', 2000, 1],
    ['less than a thumbhash keeps', 5, 3],
  ])('makes a thumbhash of %s', async (_, width, height) => {
    const plain = sharp({ create: { width, height, channels: 3, background: CARD.topRight } });
    const { thumbhash } = await makePhoto(await plain.png().toBuffer());
    const [r, g, b] = thumbHashToRGBA(thumbhash).rgba;
    expectNear({ r: r!, g: g!, b: b! }, CARD.topRight, 30);
  });

  it('makes the thumbhash that the library makes of a picture resized the slow way', async () => {
    const file = await card({ width: 900, height: 700 }).blur(60).png().toBuffer();
    const { thumbhash } = await makePhoto(file);
    const slow = await sharp(file).resize(32, 32, { fit: 'inside' }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const [ours, theirs] = [thumbHashToRGBA(thumbhash), thumbHashToRGBA(rgbaToThumbHash(slow.info.width, slow.info.height, slow.data))];
    expect([ours.w, ours.h]).toEqual([theirs.w, theirs.h]);
    const far = ours.rgba.reduce((most, value, index) => Math.max(most, Math.abs(value - theirs.rgba[index]!)), 0);
    expect(far).toBeLessThan(24);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'an SVG',
      Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
    ],
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['text', Buffer.from('this is no photo at all, whatever its name says')],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n')],
    ['an EPS', Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n')],
    ['a BMP', Buffer.concat([Buffer.from('BM'), Buffer.alloc(100)])],
    ['an ICO', Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0, 16, 16]), Buffer.alloc(100)])],
    ['an HEIC', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(64)])],
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.alloc(1)],
  ])('R12: %s', async (_, file) => {
    expect(await reasonOf(file)).toBe('unsupported_media');
  });

  it.each(['gif', 'tiff'] as const)('R12: a %s, though the library could read it', async (format) => {
    expect(await reasonOf(await card()[format]().toBuffer())).toBe('unsupported_media');
  });

  it('R16: more than 12,000 pixels a side or 64 megapixels, by the header alone', async () => {
    expect(await reasonOf(await noise(13_000, 4).png().toBuffer())).toBe('too_many_pixels');
    expect(await reasonOf(pngClaiming(12_001, 1))).toBe('too_many_pixels');
    expect(await reasonOf(pngClaiming(8001, 8000))).toBe('too_many_pixels');
    expect(await reasonOf(pngClaiming(60_000, 60_000))).toBe('too_many_pixels');
  });

  it('R19: a file that is cut off or lies about its size', async () => {
    const whole = await noise(600, 400).jpeg().toBuffer();
    expect(await reasonOf(whole.subarray(0, whole.length / 2))).toBe('damaged');
    expect(await reasonOf(pngClaiming(8000, 8000))).toBe('damaged');
    const avif = await card().avif().toBuffer();
    expect(await reasonOf(avif.subarray(0, avif.length - 40))).toMatch(/damaged|unsupported_media/);
    const webp = await noise(600, 400).webp().toBuffer();
    expect(await reasonOf(webp.subarray(0, webp.length / 2))).toMatch(/damaged|unsupported_media/);
  });

  it('R21: what hides behind or inside an image is gone', async () => {
    const image = await card().jpeg().toBuffer();
    const zip = Buffer.from('PK\u0003\u0004 a zip that thinks it is a JPEG');
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 10]), Buffer.from('<script>')]);
    const photo = await makePhoto(Buffer.concat([image.subarray(0, 2), comment, image.subarray(2), zip]));
    expectPlain(photo);
    expect(photo.bytes.includes('PK\u0003\u0004')).toBe(false);
    expect(photo.bytes.includes('<script>')).toBe(false);
  });
});
