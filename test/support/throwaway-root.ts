import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
const ROOM = 2 * 2 ** 30;

/**
 * Where a PostgreSQL that nobody keeps lives: in memory where there is room (cloning a database is a thousand small files, ten
 * times faster there), else in the temp folder, and always there where TMPDIR names one.
 */
export function throwawayRoot(): string {
  return process.env.TMPDIR === undefined && hasRoom() ? IN_MEMORY : tmpdir();
}

function hasRoom(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}
