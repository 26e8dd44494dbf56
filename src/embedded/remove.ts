import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EmbeddedLog } from './embedded-error.js';
import { lockFolder } from './folder-lock.js';
import { readPointer } from './place.js';
import { stopLeftover } from './postmaster-pid.js';

/**
 * Removes an embedded PostgreSQL with everything in it: its folder and, where its cluster had to live elsewhere, that too.
 * A server that a killed process left running is stopped.
 * @throws EmbeddedError when a living process uses it
 */
export async function removeEmbeddedPostgres(settings: { folder: string; log: EmbeddedLog }): Promise<void> {
  const folder = resolve(settings.folder);
  const place = (await readPointer(folder)) ?? folder;
  const lock = await lockFolder(place, folder);
  try {
    await stopLeftover(join(place, 'data'), settings.log);
    await rm(place, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}
