import { Injectable } from '@nestjs/common';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint } from '../../../../platform/observability/index.js';
import { MediaRejected } from '../../media-rejected.js';
import type { MadeMedia } from '../made-media.js';
import { thumbHashOf } from '../thumb-hash.js';
import { AvWorkshop } from './av-workshop.js';
import { planClip, type ClipPlan } from './clip-plan.js';
import { posterArguments, remuxArguments, transcodeArguments } from './ffmpeg-arguments.js';
import { MAX_OUT_BYTES, PROBE_MS, REMUX_MS, TRANSCODE_MS } from './limits.js';
import { CLIP_FORMATS, type Probe } from './probe.js';
import { readMade } from './read-made.js';

const IN = 'in';
const OUT = 'out.mp4';
const POSTER_SIDE = 64;

export interface MadeClip extends MadeMedia {
  readonly contentType: 'video/mp4';
  readonly plan: ClipPlan;
}

/**
 * Any clip in, one plain MP4 out (H.264, AAC): probed, then copied as it is where it conforms (a fiftieth of the work), else
 * transcoded; in both cases nothing but pictures and sound crosses over (R15, R21).
 */
@Injectable()
export class ClipMaker {
  constructor(private readonly workshop: AvWorkshop) {}

  /** @throws MediaRejected unsupported_media, hdr_not_taken, too_long, too_many_pixels, too_many_frames, too_many_tracks, damaged, poison, too_slow */
  make(file: Buffer): Promise<MadeClip> {
    const { workspaces, prober, tools } = this.workshop.tools;
    return workspaces.use(file.length + 2 * MAX_OUT_BYTES, async (folder) => {
      await writeFile(join(folder, IN), file, { mode: 0o644 });
      const plan = planClip(await prober.probe(folder, IN, CLIP_FORMATS), file.length, tools);
      if (plan.kind === 'reject') throw new MediaRejected(plan.reason);
      await this.#write(folder, plan);
      crashPoint('after_clip_made');
      return { ...(await this.#result(folder)), plan };
    });
  }

  async #write(folder: string, plan: Exclude<ClipPlan, { kind: 'reject' }>): Promise<void> {
    const { tools, jail } = this.workshop.tools;
    const [args, killAfterMs] =
      plan.kind === 'remux'
        ? [remuxArguments(plan, IN, OUT, CLIP_FORMATS), REMUX_MS]
        : [transcodeArguments(plan, IN, OUT, CLIP_FORMATS), TRANSCODE_MS];
    await jail.run(tools.ffmpeg, args, { folder, killAfterMs });
  }

  /** What came out is looked at as if it were somebody else's. */
  async #result(folder: string): Promise<Omit<MadeClip, 'plan'>> {
    const bytes = await readMade(join(folder, OUT), MAX_OUT_BYTES);
    const probe = await this.workshop.tools.prober.probe(folder, OUT, CLIP_FORMATS);
    const video = probe.tracks.find(({ type }) => type === 'video');
    if (!video || probe.frames === 0) throw new MediaRejected('damaged');
    const { width, height } = video;
    return {
      bytes,
      contentType: 'video/mp4',
      width,
      height,
      durationMs: durationMs(probe),
      thumbhash: await this.#thumbhash(folder, width, height),
    };
  }

  async #thumbhash(folder: string, width: number, height: number): Promise<Buffer> {
    const { tools, jail } = this.workshop.tools;
    const scale = POSTER_SIDE / Math.max(width, height);
    const size = { width: Math.max(8, Math.round(width * scale)), height: Math.max(8, Math.round(height * scale)) };
    const data = await jail.run(tools.ffmpeg, posterArguments(OUT, size), { folder, killAfterMs: PROBE_MS });
    if (data.length !== size.width * size.height * 3) throw new MediaRejected('damaged');
    return thumbHashOf({ data, ...size, channels: 3 });
  }
}

function durationMs({ seconds }: Probe): number {
  return Math.max(1, Math.round(seconds * 1000));
}
