import { Injectable } from '@nestjs/common';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaRejected } from '../../media-rejected.js';
import type { MadeMedia } from '../made-media.js';
import { AvWorkshop } from './av-workshop.js';
import { voiceArguments } from './ffmpeg-arguments.js';
import { MAX_TRACKS, REMUX_MS, SECONDS_TAKEN } from './limits.js';
import { VOICE_FORMATS, type Probe, type Track } from './probe.js';
import { readMade } from './read-made.js';

const IN = 'in';
const OUT = 'out.mp4';
/** Four times what a minute of the output takes. */
const MAX_OUT_BYTES = 2_000_000;
const CODECS = new Set(['aac', 'opus', 'vorbis', 'mp3', 'alac', 'amr_nb', 'amr_wb', 'flac', 'pcm_s16le', 'pcm_f32le']);

/** A voice note from a browser or a phone in (WebM or Ogg with Opus, MP4 with AAC), AAC in MP4 out: mono, without metadata. */
@Injectable()
export class VoiceMaker {
  constructor(private readonly workshop: AvWorkshop) {}

  /** @throws MediaRejected unsupported_media, too_long, too_many_tracks, damaged, poison, too_slow */
  make(file: Buffer): Promise<MadeMedia> {
    const { workspaces, prober, jail, tools } = this.workshop.tools;
    return workspaces.use(file.length + 2 * MAX_OUT_BYTES, async (folder) => {
      await writeFile(join(folder, IN), file, { mode: 0o644 });
      const sound = soundOf(await prober.probe(folder, IN, VOICE_FORMATS));
      await jail.run(tools.ffmpeg, voiceArguments(sound.index, IN, OUT, VOICE_FORMATS), { folder, killAfterMs: REMUX_MS });
      const bytes = await readMade(join(folder, OUT), MAX_OUT_BYTES);
      const { seconds } = await prober.probe(folder, OUT, VOICE_FORMATS);
      if (seconds === 0) throw new MediaRejected('damaged');
      return { bytes, contentType: 'audio/mp4', durationMs: Math.max(1, Math.round(seconds * 1000)) };
    });
  }
}

function soundOf({ tracks, seconds, frames }: Probe): Track {
  if (tracks.length > MAX_TRACKS) throw new MediaRejected('too_many_tracks');
  const sound = tracks.find(({ type }) => type === 'audio');
  const hasPictures = tracks.some(({ type, isPicture }) => type === 'video' && !isPicture);
  if (!sound || hasPictures || !CODECS.has(sound.codec)) throw new MediaRejected('unsupported_media');
  if (seconds > SECONDS_TAKEN) throw new MediaRejected('too_long');
  if (frames === 0) throw new MediaRejected('damaged');
  return sound;
}
