import type { RejectionReason } from '../../media-rejections.js';
import { MAX_FPS, MAX_FRAMES, MAX_OUT_BYTES, MAX_SIDE, MAX_TRACKS, OUT_FPS, OUT_SHORT_SIDE, SECONDS_TAKEN } from './limits.js';
import type { FfmpegTools } from './ffmpeg-tools.js';
import type { Probe, Track } from './probe.js';

/** What is done with a clip, and why: `npm run media` shows it. Pure: decided from what was measured alone. */
export type ClipPlan =
  | { readonly kind: 'reject'; readonly reason: RejectionReason }
  | { readonly kind: 'remux'; readonly video: Track; readonly audio?: Track }
  | {
      readonly kind: 'transcode';
      readonly video: Track;
      readonly audio?: Track;
      /** Upright, with square pixels, both even. */
      readonly width: number;
      readonly height: number;
      readonly isHdr: boolean;
      /** Frames a second are cut to OUT_FPS. */
      readonly isTooFast: boolean;
      /** Why it is not copied as it is. */
      readonly because: readonly string[];
    };

const VIDEO_CODECS = new Set(['h264', 'hevc', 'vp8', 'vp9', 'av1', 'mpeg4']);
const AUDIO_CODECS = new Set([
  ...['aac', 'opus', 'vorbis', 'mp3', 'mp2', 'alac', 'flac', 'ac3', 'eac3', 'amr_nb', 'amr_wb'],
  ...['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_f32le', 'pcm_u8', 'pcm_mulaw', 'pcm_alaw'],
]);
/** ≤ High. What phones and browsers decode in hardware. */
const PROFILES = new Set(['Constrained Baseline', 'Baseline', 'Main', 'High']);
/** PQ and HLG; Dolby Vision of phones is HLG or PQ at its base. */
const HDR_TRANSFERS = new Set(['smpte2084', 'arib-std-b67']);

/** @param bytes of the file @param abilities of the ffmpeg at hand */
export function planClip(probe: Probe, bytes: number, { canToneMap }: Pick<FfmpegTools, 'canToneMap'>): ClipPlan {
  const video = probe.tracks.find(({ type, isPicture }) => type === 'video' && !isPicture);
  if (!video || !VIDEO_CODECS.has(video.codec)) return { kind: 'reject', reason: 'unsupported_media' };
  const reason = refusal(probe, video);
  if (reason) return { kind: 'reject', reason };
  const audio = probe.tracks.find(({ type, codec, channels }) => type === 'audio' && AUDIO_CODECS.has(codec) && channels > 0);
  const because = obstacles(probe, video, audio, bytes);
  if (isHdr(video) && !canToneMap) return { kind: 'reject', reason: 'hdr_not_taken' };
  if (because.length === 0) return { kind: 'remux', video, audio };
  return {
    kind: 'transcode',
    video,
    audio,
    ...shownSize(video),
    isHdr: isHdr(video),
    isTooFast: video.fps > OUT_FPS + 0.5,
    because,
  };
}

/** Caps before anything is decoded (R17). */
function refusal({ tracks, seconds, frames }: Probe, video: Track): RejectionReason | undefined {
  if (tracks.length > MAX_TRACKS) return 'too_many_tracks';
  if (video.width < 2 || video.height < 2) return 'damaged';
  if (video.width > MAX_SIDE || video.height > MAX_SIDE) return 'too_many_pixels';
  if (seconds > SECONDS_TAKEN) return 'too_long';
  if (frames > MAX_FRAMES || video.fps > MAX_FPS) return 'too_many_frames';
  return frames === 0 ? 'damaged' : undefined;
}

/** Everything for which a clip cannot be copied as it is; in words for people who debug. */
function obstacles({ format }: Probe, video: Track, audio: Track | undefined, bytes: number): string[] {
  const found: string[] = [];
  const unless = (isFine: boolean, words: string) => isFine || found.push(words);
  unless(video.codec === 'h264', `${video.codec} is not H.264`);
  unless(video.codec !== 'h264' || PROFILES.has(video.profile ?? ''), `profile ${video.profile ?? 'unknown'} is above High`);
  unless(video.pixelFormat === 'yuv420p', `${video.pixelFormat ?? 'unknown'} is not yuv420p`);
  unless(!audio || audio.codec === 'aac', `sound is ${audio?.codec ?? ''}, not AAC`);
  unless(!audio || audio.codec !== 'aac' || audio.profile === undefined || audio.profile === 'LC', `AAC profile ${audio?.profile ?? ''}`);
  unless(!audio || audio.channels <= 2, `${audio?.channels ?? 0} channels`);
  unless(Math.min(video.width, video.height) <= OUT_SHORT_SIDE, `its short side is above ${OUT_SHORT_SIDE} pixels`);
  unless(Math.max(video.width, video.height) <= (2 * OUT_SHORT_SIDE * 16) / 9, 'it is too wide');
  unless(bytes <= MAX_OUT_BYTES, 'it is above 20 MB');
  unless(video.rotation === 0 && !video.isSkewed, 'it is turned by its header');
  unless(video.pixelAspect === 1, 'its pixels are not square');
  unless(!isHdr(video), 'it is HDR');
  unless(!video.isInterlaced, 'it is interlaced');
  unless(video.fps <= OUT_FPS + 0.5, `it has more than ${OUT_FPS} frames a second`);
  unless(video.width % 2 === 0 && video.height % 2 === 0, 'a side is odd');
  unless(format.includes('mp4') || format.includes('matroska'), `${format} cannot be copied`);
  return found;
}

function isHdr({ transfer }: Track): boolean {
  return HDR_TRANSFERS.has(transfer ?? '');
}

/** Turned upright, pixels made square, short side at most OUT_SHORT_SIDE. */
function shownSize({ width, height, pixelAspect, rotation }: Track): { width: number; height: number } {
  const square = { width: width * pixelAspect, height };
  const shown = rotation === 90 || rotation === 270 ? { width: square.height, height: square.width } : square;
  const scale = Math.min(1, OUT_SHORT_SIDE / Math.min(shown.width, shown.height), MAX_SIDE / Math.max(shown.width, shown.height));
  return { width: even(shown.width * scale), height: even(shown.height * scale) };
}

function even(side: number): number {
  return Math.max(2, Math.round(side / 2) * 2);
}
