import { mkdir } from 'node:fs/promises';
import sharp from 'sharp';
import { WallClock } from '../../platform/clock/index.js';
import { DiskReserve } from '../../platform/storage/index.js';
import { fail, ok, warn, type Examination, type Finding } from './finding.js';

const PART = 'machine';
/** The first libvips without the decoder bugs of 2023 (CVE-2023-4863). */
const LEAST_VIPS = '8.14.5';
const OLDEST_NODE = 20;
const GiB = 1024 ** 3;

/** Node, libvips, and the disk of embedded services. */
export const machine: Examination = {
  part: PART,
  cure: 'Look at the folder FLITS_DATA: does it exist, and may this user write there?',
  async run({ config }) {
    const findings = [node(), vips()];
    if (config.ROLE === 'all') findings.push(await disk(config.FLITS_DATA, config.DISK_RESERVE_BYTES));
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
  const version = sharp.versions.vips;
  const isOld = version.localeCompare(LEAST_VIPS, 'en', { numeric: true }) < 0;
  return isOld
    ? fail(PART, `libvips ${version} has known faults in its decoders.`, 'Run npm ci: the lockfile brings a sound one.')
    : ok(PART, `libvips ${version}.`);
}

/** The wall clock is good enough to ask twice. */
const wallClock = new WallClock();

async function disk(folder: string, reserveBytes: number | undefined): Promise<Finding> {
  await mkdir(folder, { recursive: true });
  const reserve = new DiskReserve(folder, wallClock, { reserveBytes });
  const space = await reserve.space();
  if (!space) throw new Error('the disk cannot be looked at');
  const words = `${(space.freeBytes / GiB).toFixed(1)} of ${(space.totalBytes / GiB).toFixed(1)} GiB free for embedded services.`;
  if (await reserve.isLow())
    return fail(PART, `${words} New snaps are refused with storage_low.`, 'Make room, or give FLITS_DATA a larger disk.');
  return ok(PART, words);
}
