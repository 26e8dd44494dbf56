import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../clock/index.js';
import { DiskReserve, type DiskSpace } from './disk-reserve.js';

const GiB = 1024 ** 3;

class HandClock extends Clock {
  time = 1_000_000;
  override now(): number {
    return this.time;
  }
}

function watching(space: DiskSpace, reserveBytes?: number) {
  const clock = new HandClock();
  let asked = 0;
  const disk = { ...space };
  const measure = () => {
    asked += 1;
    return Promise.resolve(disk);
  };
  return { reserve: new DiskReserve('/data', clock, { measure, reserveBytes }), clock, disk, asked: () => asked };
}

describe('DiskReserve', () => {
  it.each([
    ['half free', { freeBytes: 50 * GiB, totalBytes: 100 * GiB }, false],
    ['just a tenth', { freeBytes: 10 * GiB, totalBytes: 100 * GiB }, false],
    ['under a tenth', { freeBytes: 10 * GiB - 1, totalBytes: 100 * GiB }, true],
    ['just 2 GiB of little', { freeBytes: 2 * GiB, totalBytes: 4 * GiB }, false],
    ['under 2 GiB', { freeBytes: 2 * GiB - 1, totalBytes: 4 * GiB }, true],
    ['full', { freeBytes: 0, totalBytes: 4 * GiB }, true],
  ])('%s', async (_, space, low) => {
    expect(await watching(space).reserve.isLow()).toBe(low);
  });

  it('a configured reserve takes the place of the rule', async () => {
    expect(await watching({ freeBytes: GiB, totalBytes: 100 * GiB }, GiB).reserve.isLow()).toBe(false);
    expect(await watching({ freeBytes: GiB - 1, totalBytes: 100 * GiB }, GiB).reserve.isLow()).toBe(true);
    expect(await watching({ freeBytes: 0, totalBytes: 100 * GiB }, 0).reserve.isLow()).toBe(false);
  });

  it('asks the file system at most every 2 s, and sees room that came back', async () => {
    const { reserve, clock, disk, asked } = watching({ freeBytes: 0, totalBytes: 4 * GiB });
    expect(await Promise.all([reserve.isLow(), reserve.isLow()])).toEqual([true, true]);
    expect(asked()).toBe(1);
    disk.freeBytes = 3 * GiB;
    expect(await reserve.isLow()).toBe(true);
    clock.time += 2000;
    expect(await reserve.isLow()).toBe(false);
  });

  it('has nothing to watch without a folder, and refuses nobody for a folder that cannot be looked at', async () => {
    expect(await new DiskReserve(undefined, new HandClock()).isLow()).toBe(false);
    expect(await new DiskReserve('/no/such/folder', new HandClock()).isLow()).toBe(false);
  });

  it('reads a real file system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flits-reserve-'));
    try {
      const space = await new DiskReserve(folder, new HandClock()).space();
      expect(space?.totalBytes).toBeGreaterThan(0);
      expect(space?.freeBytes).toBeLessThanOrEqual(space?.totalBytes ?? 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
