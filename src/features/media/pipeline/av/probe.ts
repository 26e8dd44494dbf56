import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MediaRejected } from '../../media-rejected.js';
import type { FfmpegTools } from './ffmpeg-tools.js';
import type { Jail } from './jail.js';
import { PROBE_MS } from './limits.js';

/** Demuxers that may be tried (R18): nothing that names other files, such as HLS, DASH or ffconcat, is among them. */
export const CLIP_FORMATS = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm';
export const VOICE_FORMATS = `${CLIP_FORMATS},ogg`;

/** One track as the file describes it; only the measured fields are true. */
export interface Track {
  readonly index: number;
  readonly type: string;
  readonly codec: string;
  readonly profile?: string;
  readonly width: number;
  readonly height: number;
  /** Width to height of one pixel. */
  readonly pixelAspect: number;
  readonly pixelFormat?: string;
  readonly fps: number;
  /** Quarter turns, clockwise, until it is upright. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Turned by something else than quarters, or mirrored. */
  readonly isSkewed: boolean;
  readonly transfer?: string;
  readonly isInterlaced: boolean;
  readonly channels: number;
  /** A cover picture: no moving one. */
  readonly isPicture: boolean;
}

export interface Probe {
  readonly format: string;
  readonly tracks: readonly Track[];
  /** Measured by walking the packets: headers lie. Seconds from the first to the end of the last. */
  readonly seconds: number;
  /** Packets of the first moving picture. */
  readonly frames: number;
}

const number = z.coerce.number().catch(0);
const stream = z.object({
  index: z.number(),
  codec_type: z.string().catch('unknown'),
  codec_name: z.string().catch('unknown'),
  profile: z.union([z.string(), z.number().transform(String)]).optional(),
  width: number.optional(),
  height: number.optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  color_transfer: z.string().optional(),
  field_order: z.string().optional(),
  channels: number.optional(),
  disposition: z.object({ attached_pic: number }).partial().optional(),
  tags: z.object({ rotate: number.optional() }).partial().optional(),
  side_data_list: z.array(z.looseObject({ rotation: number.optional(), displaymatrix: z.string().optional() })).optional(),
});
const packet = z.object({ stream_index: z.number(), pts_time: number.optional(), duration_time: number.optional() });
const described = z.object({
  format: z.object({ format_name: z.string() }),
  streams: z.array(stream),
  packets: z.array(packet).default([]),
});
const EVERYTHING = ['-of', 'json=compact=1', '-show_entries', 'format:stream:packet=stream_index,pts_time,duration_time'];

/** Looks at a file without trusting it. @throws MediaRejected unsupported_media where no demuxer takes it, damaged, too_slow */
export class Prober {
  constructor(
    private readonly tools: FfmpegTools,
    private readonly jail: Jail,
  ) {}

  async probe(folder: string, file: string, formats: string): Promise<Probe> {
    const { format, streams, packets } = read(await this.#ffprobe(folder, file, formats));
    const tracks = streams.map(trackOf);
    const sound = tracks.find(({ type }) => type === 'audio');
    const measured = tracks.find(({ type, isPicture }) => type === 'video' && !isPicture) ?? sound;
    if (!measured) throw new MediaRejected('unsupported_media');
    const counted = packets.filter(({ stream_index }) => stream_index === measured.index || stream_index === sound?.index);
    const frames = counted.filter(({ stream_index }) => stream_index === measured.index).length;
    return { format: format.format_name, tracks, seconds: secondsOf(counted), frames };
  }

  /** One run for everything: starting it costs more than reading a clip. */
  async #ffprobe(folder: string, file: string, formats: string): Promise<Buffer> {
    const args = ['-v', 'error', '-protocol_whitelist', 'file', '-format_whitelist', formats, ...EVERYTHING, file];
    try {
      return await this.jail.run(this.tools.ffprobe, args, { folder, killAfterMs: PROBE_MS });
    } catch (error) {
      if (!(error instanceof MediaRejected) || error.reason !== 'damaged') throw error;
      // No demuxer takes it: a recording that was cut short, or something else altogether.
      if (await beginsAsRecording(join(folder, file))) throw error;
      throw new MediaRejected('unsupported_media', { cause: error });
    }
  }
}

/**
 * From the first packet to the end of the last, of picture and sound together: recordings need not begin at 0. What lies before 0
 * is there for decoders and not shown (edit lists, the first packet of AAC).
 */
function secondsOf(packets: z.infer<typeof described>['packets']): number {
  let first = Infinity;
  let last = -Infinity;
  for (const { pts_time: at, duration_time: duration = 0 } of packets) {
    if (at === undefined) continue;
    first = Math.min(first, at);
    last = Math.max(last, at + Math.max(0, duration));
  }
  return last > first ? Math.max(0, last - Math.max(0, first)) : 0;
}

/** What ffprobe wrote. It is put together from the file, so what cannot be read is the file's fault. */
function read(json: Buffer): z.infer<typeof described> {
  try {
    return described.parse(JSON.parse(json.toString('utf8')));
  } catch (error) {
    throw new MediaRejected('damaged', { cause: error });
  }
}

/** `ftyp` of ISO media (ISO/IEC 14496-12 §4.3), EBML of Matroska and WebM (RFC 8794), `OggS` (RFC 3533). Chooses words, nothing else. */
async function beginsAsRecording(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(12);
    await file.read(head, 0, head.length, 0);
    return head.toString('latin1', 4, 8) === 'ftyp' || head.readUInt32BE(0) === 0x1a45dfa3 || head.toString('latin1', 0, 4) === 'OggS';
  } finally {
    await file.close();
  }
}

function trackOf(from: z.infer<typeof stream>): Track {
  const turns = from.side_data_list?.find(({ displaymatrix }) => displaymatrix !== undefined);
  const degrees = normal(turns?.rotation !== undefined ? -turns.rotation : (from.tags?.rotate ?? 0));
  const quarter = ([0, 90, 180, 270] as const).find((value) => value === degrees);
  return {
    index: from.index,
    type: from.codec_type,
    codec: from.codec_name,
    profile: from.profile,
    width: from.width ?? 0,
    height: from.height ?? 0,
    pixelAspect: ratio(from.sample_aspect_ratio?.replace(':', '/')) || 1,
    pixelFormat: from.pix_fmt,
    fps: Math.max(ratio(from.avg_frame_rate), ratio(from.avg_frame_rate) > 0 ? 0 : ratio(from.r_frame_rate)),
    rotation: quarter ?? 0,
    isSkewed: quarter === undefined || isMirrored(turns?.displaymatrix),
    transfer: from.color_transfer,
    isInterlaced: from.field_order !== undefined && !['progressive', 'unknown'].includes(from.field_order),
    channels: from.channels ?? 0,
    isPicture: (from.disposition?.attached_pic ?? 0) > 0,
  };
}

function normal(degrees: number): number {
  return ((Math.round(degrees) % 360) + 360) % 360;
}

/** Determinant of the left upper 2 x 2 of the matrix, as ffprobe prints it: negative where it mirrors. */
function isMirrored(matrix: string | undefined): boolean {
  const rows = (matrix ?? '')
    .trim()
    .split('\n')
    .map((row) => (row.split(':')[1] ?? '').trim().split(/\s+/).map(Number));
  const [a = 1, b = 0] = rows[0] ?? [];
  const [c = 0, d = 1] = rows[1] ?? [];
  return a * d - b * c < 0;
}

function ratio(text: string | undefined): number {
  const [over = Number.NaN, under = 1] = (text ?? '').split('/').map(Number);
  const value = over / under;
  return Number.isFinite(value) && value > 0 ? value : 0;
}
