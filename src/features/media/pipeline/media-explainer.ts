import { Injectable } from '@nestjs/common';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaRejected } from '../media-rejected.js';
import type { UploadKind } from '../upload.states.js';
import { AvWorkshop } from './av/av-workshop.js';
import { planClip } from './av/clip-plan.js';
import { VOICE_FORMATS, type Probe, type Track } from './av/probe.js';
import type { MadeMedia } from './made-media.js';
import { MediaMakers } from './media-makers.js';
import { photoTraces } from './photo-traces.js';

/** What the pipeline would make of a file, for people who debug. Holds no byte of it. */
export interface Explanation {
  /** What a phone would announce it as; `undefined` where no pipeline takes it. */
  readonly kind?: UploadKind;
  readonly bytes: number;
  /** What was found in it, one thing a line. */
  readonly found: readonly string[];
  /** What is done, and why. */
  readonly decision: string;
  /** What of it does not cross over. */
  readonly stripped: readonly string[];
  readonly out?: Omit<MadeMedia, 'bytes' | 'thumbhash'> & { readonly bytes: number };
  /** Why it is refused, as its owner would read it. */
  readonly refused?: { readonly reason: string; readonly words: string };
}

type Sight = Pick<Explanation, 'kind' | 'found' | 'decision' | 'stripped'>;

/** Looks at a file as the pipeline does, and then runs it. */
@Injectable()
export class MediaExplainer {
  constructor(
    private readonly makers: MediaMakers,
    private readonly workshop: AvWorkshop,
  ) {}

  async explain(file: Buffer): Promise<Explanation> {
    const sight = (await this.#asPhoto(file)) ?? (await this.#asRecording(file));
    try {
      // What nothing takes is refused by the pipeline that asks for least.
      const { bytes, thumbhash: _, ...out } = await this.makers.make(sight.kind ?? 'photo', file);
      return { ...sight, bytes: file.length, out: { ...out, bytes: bytes.length } };
    } catch (error) {
      if (!(error instanceof MediaRejected)) throw error;
      return { ...sight, bytes: file.length, refused: { reason: error.reason, words: error.message } };
    }
  }

  async #asPhoto(file: Buffer): Promise<Sight | undefined> {
    const traces = await photoTraces(file);
    return (
      traces && { kind: 'photo', found: traces.found, decision: 'decoded, upright, sRGB, encoded anew as JPEG', stripped: traces.stripped }
    );
  }

  async #asRecording(file: Buffer): Promise<Sight> {
    const probe = await this.#probe(file).catch((error: unknown) => {
      if (error instanceof MediaRejected) return undefined;
      throw error;
    });
    if (!probe) return { found: [], decision: 'nothing takes it', stripped: [] };
    const isClip = probe.tracks.some(({ type, isPicture }) => type === 'video' && !isPicture);
    return { kind: isClip ? 'clip' : 'voice', found: foundIn(probe), ...(isClip ? this.#ofClip(probe, file.length) : ofVoice(probe)) };
  }

  async #probe(file: Buffer): Promise<Probe> {
    const { workspaces, prober } = this.workshop.tools;
    return workspaces.use(file.length, async (folder) => {
      await writeFile(join(folder, 'in'), file, { mode: 0o644 });
      return prober.probe(folder, 'in', VOICE_FORMATS);
    });
  }

  #ofClip(probe: Probe, bytes: number): Pick<Explanation, 'decision' | 'stripped'> {
    const plan = planClip(probe, bytes, this.workshop.tools.tools);
    if (plan.kind === 'reject') return { decision: 'refused', stripped: [] };
    const stripped = strippedOf(probe, [plan.video.index, plan.audio?.index]);
    if (plan.kind === 'remux') return { decision: 'copied as it is: it conforms', stripped };
    const size = `${plan.width}x${plan.height}${plan.isHdr ? ', tone-mapped to SDR' : ''}`;
    return { decision: `transcoded to ${size}: ${plan.because.join('; ')}`, stripped };
  }
}

function foundIn({ format, tracks, seconds, frames }: Probe): string[] {
  return [`${format}, ${seconds.toFixed(2)} s, ${frames} packets of its first track`, ...tracks.map(line)];
}

function line(track: Track): string {
  const { index, type, codec, profile, width, height, pixelFormat, fps, rotation, transfer, channels } = track;
  const shown =
    type === 'video'
      ? `${width}x${height} ${pixelFormat ?? ''} ${fps.toFixed(2)}/s, turned by ${rotation}, ${transfer ?? 'no'} transfer`
      : '';
  return `track ${index}: ${type} ${codec} ${profile ?? ''} ${shown}${channels > 0 ? `${channels} channels` : ''}`
    .replaceAll(/ +/g, ' ')
    .trimEnd();
}

function ofVoice(probe: Probe): Pick<Explanation, 'decision' | 'stripped'> {
  const sound = probe.tracks.find(({ type }) => type === 'audio');
  return { decision: 'transcoded to AAC, mono', stripped: strippedOf(probe, [sound?.index]) };
}

function strippedOf({ tracks }: Probe, kept: readonly (number | undefined)[]): string[] {
  const gone = tracks.filter(({ index }) => !kept.includes(index)).map(({ index, type, codec }) => `track ${index} (${type} ${codec})`);
  return ['every tag, chapter and date of the file and of its tracks', ...gone];
}
