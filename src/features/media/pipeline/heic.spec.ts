import sharp from 'sharp';
import { heicCard, HEIC_TILE } from '../../../../test/support/heic.js';
import { CARD, orientations, type Rgb } from '../../../../test/support/images.js';
import { MediaRejected } from '../media-rejected.js';
import { makePhoto } from './photo.js';

async function corners(file: Buffer): Promise<Rgb[]> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Rgb => {
    const [r = 0, g = 0, b = 0] = data.subarray((y * info.width + x) * info.channels);
    return { r, g, b };
  };
  const [far, near] = [2 * HEIC_TILE - 9, 8];
  return [at(near, near), at(far, near), at(near, far), at(far, far)];
}

function expectNear(got: readonly Rgb[], wanted: readonly Rgb[], tolerance = 4): void {
  const far = got.flatMap(({ r, g, b }, n) => [r - wanted[n]!.r, g - wanted[n]!.g, b - wanted[n]!.b]).map(Math.abs);
  if (Math.max(...far) > tolerance) throw new Error(`${JSON.stringify(got)} is not ${JSON.stringify(wanted)}`);
}

async function reasonOf(file: Buffer): Promise<string> {
  const result = await makePhoto(file).catch((error: unknown) => error);
  return result instanceof MediaRejected ? result.reason : 'not rejected';
}

const upright = [CARD.topLeft, CARD.topRight, CARD.bottomLeft, CARD.bottomRight];

describe('HEIC, as iPhones make it', () => {
  it.each(orientations)('R22: a grid of tiles held as orientation %i is shown upright', async (orientation) => {
    const { bytes, width, height, contentType } = await makePhoto(heicCard({ orientation }));
    expect({ width, height, contentType }).toEqual({ width: 128, height: 128, contentType: 'image/jpeg' });
    expectNear(await corners(bytes), upright);
  });

  it('R22: the orientation in its EXIF, which repeats what was applied, turns nothing again', async () => {
    const turned = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#888' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { exif } = await sharp(turned).metadata();
    expectNear(await corners((await makePhoto(heicCard({ exif }))).bytes), upright);
  });

  it('R23: of several pictures the one that the file names is shown', async () => {
    expectNear(await corners((await makePhoto(heicCard({ areTilesShown: true }))).bytes), upright);
  });

  it('turns Display P3 into sRGB, whether the profile is carried or named', async () => {
    const card = await sharp({ create: { width: 9, height: 9, channels: 3, background: CARD.topLeft } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const { icc } = await sharp(card).metadata();
    const wide = await corners((await makePhoto(heicCard({ icc }))).bytes);
    // (220, 20, 20) and (20, 200, 20) of Display P3 lie outside of sRGB: their nearest there.
    expectNear(wide.slice(0, 2), [
      { r: 240, g: 0, b: 0 },
      { r: 0, g: 204, b: 0 },
    ]);
    expectNear(await corners((await makePhoto(heicCard({ primaries: 12 }))).bytes), wide, 1);
    expectNear(await corners((await makePhoto(heicCard({ primaries: 1 }))).bytes), upright);
  });

  it('R16: dimensions are looked at before a tile is decoded', async () => {
    expect(await reasonOf(heicCard({ claims: { width: 12_001, height: 64 } }))).toBe('too_many_pixels');
    expect(await reasonOf(heicCard({ claims: { width: 8001, height: 8000 } }))).toBe('too_many_pixels');
    expect(await reasonOf(heicCard({ claims: { width: 12_001, height: 64 }, areTilesShown: true }))).toBe('too_many_pixels');
  });

  it('R19: tiles that do not make the picture, and a file that is cut off, are refused', async () => {
    expect(await reasonOf(heicCard({ claims: { width: 4000, height: 4000 } }))).toBe('damaged');
    const whole = heicCard();
    for (const cut of [30, 70, 130, 400])
      expect(await reasonOf(whole.subarray(0, whole.length - cut))).toMatch(/damaged|unsupported_media/);
  });

  it('R22: is refused in words where the server was installed without a decoder for it', async () => {
    await jest.isolateModulesAsync(async () => {
      jest.doMock('./heic-library.js', () => ({ heicLibrary: () => undefined }));
      const { decodeHeic } = await import('./heic.js');
      expect(() => decodeHeic(heicCard())).toThrow('JPEG');
    });
  });
});
