import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { MediaRejected } from '../../src/features/media/media-rejected.js';
import { DecoderProcess } from '../../src/features/media/pipeline/decoder-process.js';
import { heicCard } from '../support/heic.js';
import { card, jpegParts, noise, pngClaiming } from '../support/images.js';
import { withChunk, withSegment } from '../support/traced-photos.js';

const MB = 1_000_000;
/** A decoder with nothing to do takes about 110 MB; what a small file may make of it is a little more. */
const BOUND = 260 * MB;

/** Files from people who mean harm, in a decoder's process as the worker runs it. */
describe('hostile photos', () => {
  let decoder: DecoderProcess;
  beforeAll(async () => {
    decoder = await DecoderProcess.start();
  });
  afterAll(() => decoder.end());

  const outcome = async (file: Buffer): Promise<string> => {
    try {
      await decoder.make(file);
      return 'a photo';
    } catch (error) {
      if (error instanceof MediaRejected) return error.reason;
      throw error;
    }
  };
  /** The most memory the process ever had, where the system tells. */
  const peak = (): number => {
    if (process.platform !== 'linux') return 0;
    const status = readFileSync(`/proc/${decoder.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  };
  const small = (): Promise<Buffer> => card().png().toBuffer();

  describe('chunks of a PNG that inflate to 200 MB', () => {
    let bomb: Buffer;
    beforeAll(() => {
      bomb = deflateSync(Buffer.alloc(200 * MB));
    });

    it.each([
      ['iCCP', 'profile\0\0'],
      ['zTXt', 'Comment\0\0'],
      ['iTXt', 'Comment\0\x01\0\0\0'],
      ['iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0'],
    ])('%s %j', async (type, head) => {
      expect(bomb.length).toBeLessThan(MB);
      const file = withChunk(await small(), type, Buffer.concat([Buffer.from(head, 'latin1'), bomb]));
      expect(await outcome(file)).toMatch(/^(a photo|unsupported_media|damaged)$/);
      expect(peak()).toBeLessThan(BOUND);
    });

    it('and the pixels themselves', async () => {
      const file = await small();
      const idat = file.indexOf('IDAT') - 4;
      const inflating = withChunk(Buffer.concat([file.subarray(0, idat), file.subarray(file.length - 12)]), 'IDAT', bomb);
      expect(await outcome(inflating)).toMatch(/^(a photo|damaged)$/);
      expect(peak()).toBeLessThan(BOUND);
    });
  });

  it('R16: bombs of pixels, by their header', async () => {
    for (const [width, height] of [
      [12_001, 1],
      [1, 12_001],
      [8001, 8000],
      [65_000, 65_000],
      [2_000_000_000, 2_000_000_000],
    ] as const)
      expect(await outcome(pngClaiming(width, height))).toMatch(/^(too_many_pixels|unsupported_media)$/);
    const jpeg = await card().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_500, frame + 5);
    jpeg.writeUInt16BE(65_500, frame + 7);
    expect(await outcome(jpeg)).toBe('too_many_pixels');
    expect(await outcome(heicCard({ claims: { width: 60_000, height: 60_000 } }))).toMatch(/^(too_many_pixels|unsupported_media)$/);
    expect(peak()).toBeLessThan(BOUND);
  });

  it('R11 R12: what is no photo, whatever it is called', async () => {
    const file = await card({ width: 40, height: 30 }).png().toBuffer();
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>';
    const strangers: Record<string, Buffer> = {
      gif: await card().gif().toBuffer(),
      tiff: await card().tiff().toBuffer(),
      svg: Buffer.from(svg),
      'svg behind a prologue': Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg}`),
      html: Buffer.from('<!doctype html><script>alert(1)</script>'),
      pdf: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n'),
      eps: Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n'),
      mvg: Buffer.from("push graphic-context\nviewbox 0 0 9 9\nfill 'url(https://127.0.0.1/x)'\npop graphic-context"),
      bmp: Buffer.concat([Buffer.from('BM'), Buffer.alloc(200)]),
      ico: Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0]), Buffer.alloc(8), file]),
      'a list of pictures': Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
      matlab: Buffer.from('MATLAB 5.0 MAT-file'),
      vips: Buffer.concat([Buffer.from([0x08, 0xf2, 0xa6, 0xb6]), Buffer.alloc(64)]),
      nothing: Buffer.alloc(0),
      zeros: Buffer.alloc(5000),
    };
    for (const [name, bytes] of Object.entries(strangers)) expect([name, await outcome(bytes)]).toEqual([name, 'unsupported_media']);
  });

  it('R21: two files in one: the picture alone comes out', async () => {
    const jpeg = await card().jpeg().toBuffer();
    const png = await small();
    const zip = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      Buffer.from('canary in a zip'),
      Buffer.from('PK\x05\x06', 'latin1'),
      Buffer.alloc(18),
    ]);
    const html = Buffer.from('--><script>canary</script>');
    const polyglots = [
      Buffer.concat([jpeg, zip]),
      withSegment(jpeg, 0xfe, html),
      withSegment(jpeg, 0xe1, html),
      withSegment(Buffer.concat([jpeg, html]), 0xfe, zip),
      Buffer.concat([png, zip, html]),
      withChunk(png, 'tEXt', Buffer.concat([Buffer.from('Comment\0'), html])),
      Buffer.concat([await card().webp().toBuffer(), html]),
      Buffer.concat([await card().avif().toBuffer(), zip]),
      heicCard({ tail: Buffer.concat([html, zip]), xmp: html.toString() }),
    ];
    for (const file of polyglots) {
      expect(file.includes('canary')).toBe(true);
      const { bytes } = await decoder.make(file);
      expect(bytes.includes('canary') || bytes.includes('PK\x03\x04')).toBe(false);
      expect(jpegParts(bytes).tailBytes).toBe(0);
    }
  });

  it('R19: files that end too early, at every tenth', async () => {
    const whole = {
      jpeg: await noise(160, 120).jpeg().toBuffer(),
      png: await noise(160, 120).png().toBuffer(),
      webp: await noise(160, 120).webp().toBuffer(),
      avif: await noise(160, 120).avif({ effort: 0 }).toBuffer(),
      heic: heicCard(),
    };
    for (const [name, file] of Object.entries(whole)) {
      for (let tenth = 0; tenth < 10; tenth += 1)
        expect([name, tenth, await outcome(file.subarray(0, Math.floor((file.length * tenth) / 10)))]).toEqual([
          name,
          tenth,
          expect.stringMatching(/^(damaged|unsupported_media)$/),
        ]);
      expect([name, await outcome(file)]).toEqual([name, 'a photo']);
    }
  });

  it('after all of that it still works, in the memory it had', async () => {
    expect(await outcome(await small())).toBe('a photo');
    expect(peak()).toBeLessThan(BOUND);
  });
});
