import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { MediaRejected } from '../../src/features/media/media-rejected.js';
import { DecoderProcess } from '../../src/features/media/pipeline/decoder-process.js';
import type { Photo } from '../../src/features/media/pipeline/photo.js';
import { heicCard } from '../support/heic.js';
import { card, jpegParts, withTraces } from '../support/images.js';

jest.setTimeout(300_000);

/** `FUZZ_RUNS=20000 npx jest test/property/photo-fuzz` for an evening. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 80);
const MOST_BYTES = 400_000_000;
const PLAIN = /^(e0|db|c0|c2|c4|dd|da)$/;
const REASONS = ['unsupported_media', 'damaged', 'too_many_pixels'];

const kinds = {
  jpeg: () =>
    withTraces(card({ width: 60, height: 40 }))
      .jpeg()
      .toBuffer(),
  'progressive jpeg': () => card({ width: 60, height: 40 }).jpeg({ progressive: true }).toBuffer(),
  png: () =>
    withTraces(card({ width: 60, height: 40 }))
      .png()
      .toBuffer(),
  webp: () =>
    withTraces(card({ width: 60, height: 40 }))
      .webp()
      .toBuffer(),
  'lossless webp': () => card({ width: 60, height: 40 }).webp({ lossless: true }).toBuffer(),
  avif: () => card({ width: 60, height: 40 }).avif({ effort: 0 }).toBuffer(),
  heic: () => Promise.resolve(heicCard({ orientation: 6, xmp: '<x/>' })),
};

/** A place in a file of any length, each as likely: `fc.double` would nearly always say 0. */
const place = fc.integer({ min: 0, max: 999_999 }).map((millionths) => millionths / 1_000_000);

/** Bytes flipped, a stretch taken out or doubled: what a bad cable does, and what a fuzzer does on purpose. */
const damage = fc.record({
  flips: fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 12,
  }),
  from: place,
  length: fc.integer({ min: 0, max: 40 }),
  stretch: fc.constantFrom('keep', 'keep', 'cut', 'double'),
});

function damaged(file: Buffer, { flips, from, length, stretch }: typeof damage extends fc.Arbitrary<infer T> ? T : never): Buffer {
  const copy = Buffer.from(file);
  for (const [at, mask] of flips) copy[Math.floor(at * copy.length)]! ^= mask;
  const start = Math.floor(from * copy.length);
  if (stretch === 'keep') return copy;
  const end = stretch === 'cut' ? start + length : start - Math.min(start, length);
  return Buffer.concat([copy.subarray(0, start), copy.subarray(end)]);
}

describe('R19: files whose bytes were flipped', () => {
  let decoder: DecoderProcess;
  beforeEach(async () => {
    decoder = await DecoderProcess.start(10_000);
  });
  afterEach(() => decoder.end());

  it.each(Object.entries(kinds))('%s: a clean photo or a refusal; no crash, no hang, no leak, in bounded memory', async (_, make) => {
    const file = await make();
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const result: unknown = await decoder.make(damaged(file, how)).catch((error: unknown) => error);
        // `poison` and `too_slow` would be the decoder's death.
        if (result instanceof MediaRejected) {
          tried += Number(result.reason === 'damaged');
          return expect(REASONS).toContain(result.reason);
        }
        tried += 1;
        const { markers, tailBytes } = jpegParts((result as Photo).bytes);
        expect([markers.filter((marker) => !PLAIN.test(marker)), tailBytes]).toEqual([[], 0]);
      }),
      { numRuns: RUNS },
    );
    // Pixels were reached: a file that is refused by its first bytes tries nothing.
    expect(tried).toBeGreaterThan(0);
    expect(decoder.isAlive).toBe(true);
    if (process.platform === 'linux') {
      const status = readFileSync(`/proc/${decoder.pid}/status`, 'utf8');
      expect(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024).toBeLessThan(MOST_BYTES);
    }
  });
});
