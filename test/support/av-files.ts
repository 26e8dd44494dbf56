import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFfmpeg, type FfmpegTools } from '../../src/features/media/pipeline/av/ffmpeg-tools.js';

const run = promisify(execFile);
let found: Promise<FfmpegTools> | undefined;

/** The same programs that Flits finds: every machine has some. */
export function ffmpegTools(): Promise<FfmpegTools> {
  return (found ??= findFfmpeg(process.env.FFMPEG_PATH).then((tools) => {
    if (!tools) throw new Error('no ffmpeg: neither on PATH nor in node_modules (npm ci --include=optional)');
    return tools;
  }));
}

/** A recording made in code. @param args of ffmpeg, without its output @param files that lie beside it */
export async function made(
  ending: string,
  args: readonly string[],
  files: Readonly<Record<string, Buffer | string>> = {},
): Promise<Buffer> {
  const { ffmpeg } = await ffmpegTools();
  const folder = await mkdtemp(join(tmpdir(), 'flits-made-'));
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    await run(ffmpeg, ['-nostdin', '-v', 'error', '-y', ...args, `made.${ending}`], { cwd: folder });
    return await readFile(join(folder, `made.${ending}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const pictures = (size = '320x240', seconds = 1, rate = 15) => ['-f', 'lavfi', '-i', `testsrc=s=${size}:r=${rate}:d=${seconds}`];
export const tone = (seconds = 1) => ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
export const aac = ['-c:a', 'aac', '-ac', '2'];

/** A small clip that conforms: it is copied as it is. */
export const conforming = () => made('mp4', [...pictures(), ...tone(), ...h264, ...aac]);

interface Described {
  readonly format: { readonly format_name: string; readonly duration: string; readonly tags?: Record<string, string> };
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name: string;
    readonly profile?: string;
    readonly pix_fmt?: string;
    readonly width?: number;
    readonly height?: number;
    readonly color_transfer?: string;
    readonly tags?: Record<string, string>;
    readonly side_data_list?: readonly { readonly rotation?: number }[];
  }[];
  readonly chapters: readonly unknown[];
}

/** What ffprobe says of bytes: the independent eye on tracks. */
export async function described(bytes: Buffer): Promise<Described> {
  return probe(bytes, ['-of', 'json', '-show_format', '-show_streams', '-show_chapters']).then((text) => JSON.parse(text) as Described);
}

/** Average colour of the first picture, 0–255 each: whether it is what was sent, and which way up. */
export async function firstPicture(bytes: Buffer, width: number, height: number): Promise<Buffer> {
  const { ffmpeg } = await ffmpegTools();
  const folder = await mkdtemp(join(tmpdir(), 'flits-look-'));
  try {
    await writeFile(join(folder, 'file'), bytes);
    const args = [
      '-v',
      'error',
      '-i',
      'file',
      '-frames:v',
      '1',
      '-vf',
      `scale=${width}:${height}`,
      '-pix_fmt',
      'rgb24',
      '-f',
      'rawvideo',
      'pipe:1',
    ];
    const { stdout } = await run(ffmpeg, args, { cwd: folder, encoding: 'buffer' });
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probe(bytes: Buffer, what: readonly string[]): Promise<string> {
  const { ffprobe } = await ffmpegTools();
  const folder = await mkdtemp(join(tmpdir(), 'flits-look-'));
  try {
    await writeFile(join(folder, 'file'), bytes);
    return (await run(ffprobe, ['-v', 'error', ...what, 'file'], { cwd: folder })).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
