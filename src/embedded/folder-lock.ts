import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import { isAlive, startMark } from './processes.js';

/**
 * One Flits a folder. The lock is the file `lock`, holding its owner's process id and start mark; it is made whole and at
 * once by link(2), so nobody reads half of it. Its owner removes it; a `kill -9` leaves it behind, and whoever comes next
 * sees that the owner is dead (or that its id went to another process) and takes over. Locks of another machine or
 * container on a shared folder are not understood: such a folder must not be shared.
 */
export interface FolderLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly mark?: string;
  /** Tells two locks of one process apart. */
  readonly id: string;
}

/**
 * @param known the folder as people know it, for the words
 * @throws EmbeddedError when a living process holds the folder
 */
export async function lockFolder(folder: string, known = folder): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const me: Owner = { pid: process.pid, mark: startMark(process.pid), id: randomUUID() };
  const mine = `${path}.${me.id}`;
  await writeFile(mine, JSON.stringify(me), { mode: 0o644 });
  try {
    while (!(await tryLink(mine, path))) {
      const held = await read(path);
      if (held === undefined) continue;
      const owner = parse(held);
      if (owner && isHeld(owner)) {
        throw new EmbeddedError(
          `The folder ${known} is in use by another Flits (process ${owner.pid}). Stop that one first, or choose another folder with FLITS_DATA.`,
        );
      }
      await removeDead(path, held, me.id);
    }
  } finally {
    await rm(mine, { force: true });
  }
  return {
    async release() {
      if (parse((await read(path)) ?? '')?.id === me.id) await rm(path, { force: true });
    },
  };
}

/** Race: between our reading and our rename another may have taken over; what we moved is then alive and is put back. */
async function removeDead(path: string, expected: string, id: string): Promise<void> {
  const aside = `${path}.dead-${id}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside)) !== expected) await tryLink(aside, path);
  await rm(aside, { force: true });
}

function isHeld(owner: Owner): boolean {
  if (!isAlive(owner.pid)) return false;
  return owner.mark === undefined || owner.mark === startMark(owner.pid);
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isSafeInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
