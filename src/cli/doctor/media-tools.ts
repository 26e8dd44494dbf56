import { findFfmpeg, Workspaces } from '../../features/media/worker.js';
import { fail, ok, warn, type Examination, type Finding, type Patient } from './finding.js';

const PART = 'media tools';
const INSTALL = 'Install ffmpeg 5 or newer (Debian: apt-get install ffmpeg), or name it in FFMPEG_PATH.';
const MEMORY = 'Name a folder in memory (tmpfs) in CLIP_FOLDER; a container gets /dev/shm with --shm-size=1g.';

/** What a worker processes clips and voice notes with, and where. */
export const mediaTools: Examination = {
  part: PART,
  cure: MEMORY,
  async run({ config }) {
    if (config.ROLE !== 'worker' && config.ROLE !== 'all') return [];
    return [...(await ffmpeg(config)), await folder(config)];
  },
};

async function ffmpeg({ FFMPEG_PATH: configured, NODE_ENV: mode }: Patient['config']): Promise<Finding[]> {
  const tools = await findFfmpeg(configured);
  if (!tools) {
    return configured === undefined
      ? [warn(PART, 'No ffmpeg with libx264 was found: clips and voice notes are refused.', INSTALL)]
      : [fail(PART, 'FFMPEG_PATH names no ffmpeg with libx264 and an ffprobe beside it: clips and voice notes are refused.', INSTALL)];
  }
  const { version, isOld, isPackaged, canToneMap } = tools;
  if (isOld) {
    const words = `ffmpeg ${version} gets no more security fixes${isPackaged ? '; it is the one that comes with Flits, for trying out' : ''}.`;
    return [mode === 'production' && !isPackaged ? fail(PART, words, INSTALL) : warn(PART, words, INSTALL)];
  }
  if (!canToneMap) return [warn(PART, `ffmpeg ${version} has no zscale (zimg): HDR clips are refused.`, INSTALL)];
  return [ok(PART, `ffmpeg ${version}.`)];
}

/** R25: plaintext is on no durable disk. */
async function folder({ CLIP_FOLDER: configured, NODE_ENV: mode }: Patient['config']): Promise<Finding> {
  const { root, isInMemory } = await Workspaces.find(configured);
  if (isInMemory) return ok(PART, `Clips are worked on in memory (${root}).`);
  const words = `Clips would be worked on in ${root}, which is on a disk.`;
  return mode === 'production' ? fail(PART, words, MEMORY) : warn(PART, `${words} Production refuses that.`, MEMORY);
}
