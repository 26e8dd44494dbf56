import { readdirSync, readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { PhotoDecoders } from '../src/features/media/pipeline/photo-decoders.js';
import { report, reportSkipped, say } from './support/report.js';

/**
 * The most memory a worker's decoders ever hold, together, with two of the largest photos allowed at once: 64 megapixels, in
 * each way of coding them. How many run at once is the worker's own decision (photo-decoders.ts).
 */
const SIDE = 8000;
const SAMPLE_MS = 10;
const GIB = 1024 ** 3;

const kinds: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  'JPEG, as cameras store it': (image) => image.jpeg({ quality: 80 }),
  'JPEG, progressive, 4:4:4': (image) => image.jpeg({ quality: 80, progressive: true, chromaSubsampling: '4:4:4' }),
  PNG: (image) => image.png(),
  'PNG, interlaced, 16 bits': (image) => image.toColourspace('rgb16').png({ progressive: true }),
  WebP: (image) => image.webp({ quality: 60, effort: 0 }),
  'WebP, lossless': (image) => image.webp({ lossless: true, effort: 0 }),
  AVIF: (image) => image.avif({ quality: 40, effort: 0 }),
};

if (process.platform === 'linux') await measure();
else reportSkipped('photo-memory', 'only Linux tells what a process holds (/proc)');

async function measure(): Promise<void> {
  const peaks: Record<string, number> = {};
  for (const [name, encode] of Object.entries(kinds)) {
    const file = await encode(picture()).toBuffer();
    peaks[name] = await peakOf(file, file);
    say(`  2 x ${name} (${(file.length / 1e6).toFixed(1)} MB each): ${Math.round(peaks[name] / 1e6)} MB`);
  }
  const [avif, interlaced] = await Promise.all(['AVIF', 'PNG, interlaced, 16 bits'].map((name) => kinds[name]!(picture()).toBuffer()));
  peaks['AVIF beside an interlaced PNG'] = await peakOf(avif!, interlaced!);
  say(`  AVIF beside an interlaced PNG of 16 bits: ${Math.round(peaks['AVIF beside an interlaced PNG'] / 1e6)} MB`);
  const worst = Math.max(...Object.values(peaks));
  const usual = peaks['JPEG, as cameras store it']!;
  report({
    name: 'photo-memory',
    results: [
      { name: 'GiB, two JPEGs of 64 megapixels', value: usual / GIB, at_most: 0.5 },
      { name: 'GiB, the worst pair', value: worst / GIB, at_most: 2.25 },
    ],
    figures: Object.fromEntries(Object.entries(peaks).map(([name, bytes]) => [name, Math.round(bytes / 1e6)])),
  });
}

/** Both through the worker's lanes, in fresh processes; sampled until both are done. */
async function peakOf(...files: readonly [Buffer, Buffer]): Promise<number> {
  const decoders = new PhotoDecoders();
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentOfChildren())), SAMPLE_MS);
  try {
    await Promise.all(files.map((file) => decoders.make(file)));
  } finally {
    clearInterval(timer);
    decoders.onApplicationShutdown();
  }
  return peak;
}

function residentOfChildren(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, pid) => sum + residentOf(pid), 0);
}

/** @returns bytes, 0 where it is not a child of ours or has gone */
function residentOf(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== process.pid) return 0;
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Smooth, so that it fits into 10 MB in every format; what a decoder allocates goes by pixels. */
function picture(): Sharp {
  const data = Buffer.alloc(SIDE * SIDE * 3);
  for (let y = 0, at = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1, at += 3) {
      data[at] = x >> 5;
      data[at + 1] = y >> 5;
      data[at + 2] = (x + y) >> 6;
    }
  }
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 }, limitInputPixels: false });
}
