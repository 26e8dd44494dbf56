import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planClip } from '../../src/features/media/pipeline/av/clip-plan.js';
import { transcodeArguments } from '../../src/features/media/pipeline/av/ffmpeg-arguments.js';
import { findFfmpeg, type FfmpegTools } from '../../src/features/media/pipeline/av/ffmpeg-tools.js';
import { CLIP_FORMATS, type Probe } from '../../src/features/media/pipeline/av/probe.js';

/** Seconds of the clip that is transcoded: enough for a figure, short enough for many pairs. */
export const SHORT = 6;
export const MINUTE = 60;

export async function ffmpeg(): Promise<FfmpegTools> {
  const tools = await findFfmpeg(process.env.FFMPEG_PATH);
  if (!tools) throw new Error('no ffmpeg');
  return tools;
}

/** A moving picture with grain and sound, as phones record it; the same in every process. */
export async function clipOf(size: string, seconds: number): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'flits-bench-clip-'));
  try {
    const pictures = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=30:d=${seconds}`, '-f', 'lavfi', '-i', `sine=440:d=${seconds}`];
    const coded = [
      '-vf',
      'noise=alls=6:allf=t',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-b:v',
      '2400k',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-ac',
      '2',
    ];
    execFileSync((await ffmpeg()).ffmpeg, ['-nostdin', '-v', 'error', '-y', ...pictures, ...coded, 'clip.mp4'], { cwd: folder });
    return readFileSync(join(folder, 'clip.mp4'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the pipeline would run for a 30 fps clip of this size, were it not allowed to copy. */
export function argumentsFor(width: number, height: number, file: string, out: string): string[] {
  const base = { codec: 'hevc', pixelAspect: 1, fps: 30, rotation: 0, isSkewed: false, isInterlaced: false, isPicture: false } as const;
  const video = { ...base, index: 0, type: 'video', width, height, channels: 0 };
  const audio = { ...base, index: 1, type: 'audio', codec: 'aac', width: 0, height: 0, channels: 2 };
  const probe: Probe = { format: 'mov,mp4', tracks: [video, audio], seconds: 1, frames: 30 };
  const plan = planClip(probe, 1, { canToneMap: true });
  if (plan.kind !== 'transcode') throw new Error(`the plan is to ${plan.kind}`);
  return transcodeArguments(plan, file, out, CLIP_FORMATS);
}
