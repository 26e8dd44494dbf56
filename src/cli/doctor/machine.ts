import { mkdir } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Config } from '../../platform/config/index.js';
import { libvips } from '../../features/media/worker.js';
import { WallClock } from '../../platform/clock/index.js';
import { DiskReserve } from '../../platform/storage/index.js';
import { fail, ok, warn, type Examination, type Finding } from './finding.js';

const PART = 'machine';
const OLDEST_NODE = 20;
const GiB = 1024 ** 3;

/** Node, libvips, and the disk of embedded services. */
export const machine: Examination = {
  part: PART,
  cure: 'Look at the folder FLITS_DATA: does it exist, and may this user write there?',
  async run({ config }) {
    const findings = [node(), vips(), ...vaultFolder(config)];
    if (config.ROLE === 'all' && (await hasFolder(config))) findings.push(await disk(config.FLITS_DATA, config.DISK_RESERVE_BYTES));
    return findings;
  },
};

function node(): Finding {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < OLDEST_NODE) return fail(PART, `Node ${process.versions.node} is too old.`, 'Install Node 24.');
  if (major < 22)
    return warn(PART, `Node ${process.versions.node} works and gets no more security fixes.`, 'Install Node 24, as the image has.');
  return ok(PART, `Node ${process.versions.node}.`);
}

function vips(): Finding {
  const { version, isSound } = libvips();
  return isSound
    ? ok(PART, `libvips ${version}.`)
    : fail(PART, `libvips ${version} has known faults in its decoders.`, 'Run npm ci: the lockfile brings a sound one.');
}

/** Whoever copies the data copies the keys as well, and nothing in that copy is ever gone. */
function vaultFolder({ FLITS_DATA: data, FLITS_VAULT: vault, S3_ENDPOINT: s3 }: Config): Finding[] {
  const path = relative(resolve(data), resolve(vault));
  if (s3 || path.startsWith('..') || isAbsolute(path)) return [];
  const words = 'FLITS_VAULT lies inside FLITS_DATA: a copy of the data is a copy of the keys, and undoes every erasure.';
  return [fail('key vault', words, 'Stop Flits, move the folder of the vault elsewhere, and name it in FLITS_VAULT.')];
}

/** The wall clock is good enough to ask twice. */
const wallClock = new WallClock();

/** With a store of others it may be that nothing is kept here, and that nobody here may make the folder. */
async function hasFolder({ FLITS_DATA: folder, S3_ENDPOINT: store }: Config): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    return true;
  } catch (error) {
    if (store) return false;
    throw error;
  }
}

async function disk(folder: string, reserveBytes: number | undefined): Promise<Finding> {
  const reserve = new DiskReserve(folder, wallClock, { reserveBytes });
  const space = await reserve.space();
  if (!space) throw new Error('the disk cannot be looked at');
  const words = `${(space.freeBytes / GiB).toFixed(1)} of ${(space.totalBytes / GiB).toFixed(1)} GiB free for embedded services.`;
  if (await reserve.isLow())
    return fail(PART, `${words} New snaps are refused with storage_low.`, 'Make room, or give FLITS_DATA a larger disk.');
  return ok(PART, words);
}
