import { rgbaToThumbHash } from 'thumbhash';
import type { Pixels } from './pixels.js';

/** A thumbhash keeps at most 7 waves a side: more pixels than this cost time and change nothing to be seen. */
const LONG_SIDE = 32;
/** With fewer the library's waves do not fit, and the preview comes out in other colours. */
const LEAST_SIDE = 8;
/** Samples along a side of the box that becomes one pixel: an average of 256 is smooth, and a fifth of the price of them all. */
const SAMPLES = 16;

/** The blurred preview (about 25 bytes), from pixels that are decoded and resized already. */
export function thumbHashOf(pixels: Pixels): Buffer {
  const scale = LONG_SIDE / Math.max(pixels.width, pixels.height);
  const width = Math.max(LEAST_SIDE, Math.round(pixels.width * scale));
  const height = Math.max(LEAST_SIDE, Math.round(pixels.height * scale));
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) average(pixels, width, height, x, y, rgba);
  }
  return Buffer.from(rgbaToThumbHash(width, height, rgba));
}

/** Fills pixel (x, y) of the small picture with the mean of its box in the large one. Grey has one channel, colour three. */
function average({ data, ...large }: Pixels, width: number, height: number, x: number, y: number, rgba: Uint8Array): void {
  const [left, right] = box(x, width, large.width);
  const [top, bottom] = box(y, height, large.height);
  const stepX = Math.max(1, Math.floor((right - left) / SAMPLES));
  const stepY = Math.max(1, Math.floor((bottom - top) / SAMPLES));
  const [green, blue] = large.channels >= 3 ? [1, 2] : [0, 0];
  let [r, g, b, count] = [0, 0, 0, 0];
  for (let row = top; row < bottom; row += stepY) {
    for (let column = left; column < right; column += stepX) {
      const at = (row * large.width + column) * large.channels;
      r += data[at] ?? 0;
      g += data[at + green] ?? 0;
      b += data[at + blue] ?? 0;
      count += 1;
    }
  }
  rgba.set([r / count, g / count, b / count, 255], (y * width + x) * 4);
}

/** Where pixel `n` of `small` lies in `large`: at least one pixel of it, also where the large side is the smaller one. */
function box(n: number, small: number, large: number): [from: number, to: number] {
  const from = Math.floor((n * large) / small);
  return [from, Math.max(from + 1, Math.floor(((n + 1) * large) / small))];
}
