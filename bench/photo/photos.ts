import { readFileSync } from 'node:fs';
import sharp from 'sharp';

const WIDTH = 4000;
const HEIGHT = 3000;
/** Photos a round. */
export const PHOTOS = 6;

/**
 * The input of every side: a 12-megapixel JPEG as a phone stores it (held upright, orientation 6, 4:2:0, about 3 MB), made in
 * code and the same in every process. `BENCH_PHOTO` names a file of your own instead.
 */
export async function phonePhoto(): Promise<Buffer> {
  const own = process.env.BENCH_PHOTO;
  if (own) return readFileSync(own);
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  let grain = 0x2545f491;
  for (let y = 0, at = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1, at += 3) {
      grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
      const shade = 110 + 60 * Math.sin(x / 170) * Math.cos(y / 130) + 25 * Math.sin((x * y) / 90_000) + ((grain >>> 24) & 7);
      data[at] = shade;
      data[at + 1] = shade * 0.9 + 10;
      data[at + 2] = shade * 0.7 + 30;
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 92 })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}
