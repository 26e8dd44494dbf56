import type { ClipPlan } from './clip-plan.js';
import { MAX_SECONDS, OUT_AUDIO_KBITS, OUT_FPS, OUT_VIDEO_KBITS, VOICE_KBITS } from './limits.js';

type Remux = Extract<ClipPlan, { kind: 'remux' }>;
type Transcode = Extract<ClipPlan, { kind: 'transcode' }>;

/** No other protocol and no other demuxer than these, whatever the file says (R18). */
function input(file: string, formats: string): string[] {
  return ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file', '-format_whitelist', formats, '-threads', '2', '-i', file];
}

/**
 * Nothing of the file but its pictures and its sound (R15): a plain transcode would keep the place it was taken. Track names and
 * times stand with each track, so both kinds of metadata are left out.
 */
const CLEAN = ['-sn', '-dn', '-map_metadata', '-1', '-map_metadata:s', '-1', '-map_chapters', '-1'];
const EXACT = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact', '-metadata:s', 'handler_name='];
/** Playable before it is there whole. */
const CONTAINER = ['-movflags', '+faststart', '-f', 'mp4', '-y'];

export function remuxArguments({ video, audio }: Remux, file: string, out: string, formats: string): string[] {
  const maps = ['-map', `0:${video.index}`, ...(audio ? ['-map', `0:${audio.index}`] : [])];
  // Slices, parameter sets, delimiters (H.264 table 7-1), and nothing beside the pictures: SEI, where makers and encoders put notes
  // of their own, filler, and the types that the standard leaves to anybody.
  const copied = ['-c', 'copy', '-bsf:v', 'filter_units=pass_types=1|5|7-9', '-t', String(MAX_SECONDS)];
  return [...input(file, formats), ...maps, ...CLEAN, ...copied, ...EXACT, ...CONTAINER, out];
}

export function transcodeArguments(plan: Transcode, file: string, out: string, formats: string): string[] {
  const { video, audio } = plan;
  const maps = ['-map', `0:${video.index}`, ...(audio ? ['-map', `0:${audio.index}`] : [])];
  const pictures = [
    '-vf',
    filters(plan),
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '23',
    '-profile:v',
    'high',
    '-pix_fmt',
    'yuv420p',
  ];
  const rate = ['-maxrate', `${OUT_VIDEO_KBITS}k`, '-bufsize', `${2 * OUT_VIDEO_KBITS}k`, '-threads', '2'];
  const colours = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
  const sound = audio ? ['-c:a', 'aac', '-b:a', `${OUT_AUDIO_KBITS}k`, '-ac', '2', '-ar', '48000'] : [];
  const all = [...pictures, ...rate, ...(plan.isHdr ? colours : []), ...sound, '-t', String(MAX_SECONDS)];
  return [...input(file, formats), ...maps, ...CLEAN, ...all, ...EXACT, ...CONTAINER, out];
}

/** ffmpeg turns the picture upright before the first filter. Scaled first: tone mapping in floating point costs per pixel. */
function filters({ width, height, isHdr, isTooFast, video }: Transcode): string {
  const chain: string[] = [];
  if (video.isInterlaced) chain.push('yadif');
  if (isTooFast) chain.push(`fps=${OUT_FPS}`);
  chain.push(`scale=${width}:${height}:flags=bicubic`, 'setsar=1');
  if (isHdr) {
    chain.push(
      'zscale=t=linear:npl=100',
      'format=gbrpf32le',
      'zscale=p=bt709',
      'tonemap=tonemap=hable:desat=0',
      'zscale=t=bt709:m=bt709:r=tv',
    );
  }
  return [...chain, 'format=yuv420p'].join(',');
}

/** One small picture of the clip, for its thumbhash: raw RGB to stdout. */
export function posterArguments(file: string, size: { width: number; height: number }): string[] {
  const shown = ['-frames:v', '1', '-vf', `scale=${size.width}:${size.height}:flags=area`, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  return [
    '-nostdin',
    '-v',
    'error',
    '-protocol_whitelist',
    'file,pipe',
    '-format_whitelist',
    'mov,mp4,m4a,3gp,3g2,mj2',
    '-i',
    file,
    ...shown,
  ];
}

export function voiceArguments(index: number, file: string, out: string, formats: string): string[] {
  const sound = ['-vn', '-c:a', 'aac', '-b:a', `${VOICE_KBITS}k`, '-ac', '1', '-ar', '48000', '-t', String(MAX_SECONDS)];
  return [...input(file, formats), '-map', `0:${index}`, ...CLEAN, ...sound, ...EXACT, ...CONTAINER, out];
}
