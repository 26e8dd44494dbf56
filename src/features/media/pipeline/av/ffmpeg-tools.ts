import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** What R15's cleaning and tone mapping were tried with; the one that comes with Flits is of 2018. */
const OLDEST_SOUND_MAJOR = 5;

/** ffmpeg and ffprobe, found once for a process. */
export interface FfmpegTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** As they name it themselves, such as `5.1.6-0+deb12u1`. */
  readonly version: string;
  /** It works, and is older than what gets security fixes. */
  readonly isOld: boolean;
  /** The one that comes with Flits as a package. */
  readonly isPackaged: boolean;
  /** Built with what turns HDR into SDR (zimg); not every system's is. */
  readonly canToneMap: boolean;
}

/**
 * `configured` (FFMPEG_PATH; ffprobe lies beside it), else the ones on PATH, else those that come as npm packages (2018).
 * @returns `undefined` where a machine has none: clips and voice are refused in words there
 */
export async function findFfmpeg(configured: string | undefined, path = process.env.PATH ?? ''): Promise<FfmpegTools | undefined> {
  if (configured !== undefined) return toolsAt(configured, join(dirname(configured), 'ffprobe'));
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const found = await toolsAt(join(folder, 'ffmpeg'), join(folder, 'ffprobe'));
    if (found) return found;
  }
  const [ffmpeg, ffprobe] = [packaged('@ffmpeg-installer/ffmpeg'), packaged('@ffprobe-installer/ffprobe')];
  if (!ffmpeg || !ffprobe) return undefined;
  // One of the packages comes without the right for others to run it, and children run as nobody.
  for (const path of [ffmpeg, ffprobe]) await chmod(path, 0o755).catch(() => undefined);
  const tools = await toolsAt(ffmpeg, ffprobe);
  return tools && { ...tools, isPackaged: true };
}

async function toolsAt(ffmpeg: string, ffprobe: string): Promise<FfmpegTools | undefined> {
  try {
    await Promise.all([access(ffmpeg, constants.X_OK), access(ffprobe, constants.X_OK)]);
    const [said, encoders, filters] = await Promise.all([ask(ffmpeg, '-version'), ask(ffmpeg, '-encoders'), ask(ffmpeg, '-filters')]);
    if (!encoders.includes('libx264')) return undefined; // some systems leave out what they may not ship
    const version = /^ffmpeg version (\S+)/.exec(said)?.[1] ?? 'unknown';
    return { ffmpeg, ffprobe, version, isOld: isOld(version), isPackaged: false, canToneMap: filters.includes('zscale') };
  } catch {
    return undefined;
  }
}

async function ask(ffmpeg: string, what: string): Promise<string> {
  return (await run(ffmpeg, ['-hide_banner', '-v', 'error', what], { timeout: 10_000 })).stdout;
}

/** Builds from a repository (`N-…`) tell no version and are taken for old. */
function isOld(version: string): boolean {
  const major = Number(/^n?(\d+)\./.exec(version)?.[1]);
  return !(major >= OLDEST_SOUND_MAJOR);
}

function packaged(name: string): string | undefined {
  try {
    return (createRequire(import.meta.url)(name) as { path: string }).path;
  } catch {
    return undefined; // no binary for this platform
  }
}
