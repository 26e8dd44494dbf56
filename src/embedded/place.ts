import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type EmbeddedLog, EmbeddedError } from './embedded-error.js';
import { canEnter, type Runner } from './runner.js';

/**
 * Where the cluster of a folder lives. Normally in the folder itself. When root starts Flits below a closed home (`/root` is
 * 0700), the identity that runs PostgreSQL cannot get there, and opening somebody's home is not ours to do: the cluster then
 * lives below /var/lib/flits (that of a temp folder below the temp folder), and the file `elsewhere` in the folder names the
 * place. The pointer binds: it is followed as long as it stands, also when the folder moved or its parents were opened.
 */
const POINTER = 'elsewhere';
const ROOTS = ['/var/lib/flits', '/var/tmp/flits'];

export async function findPlace(folder: string, runner: Runner, log: EmbeddedLog): Promise<string> {
  const pointed = await readPointer(folder);
  if (pointed !== undefined) return pointed;
  if (canEnter(runner, folder)) return folder;
  const place = await makePlace(await realpath(folder), log);
  await writeFile(join(folder, POINTER), `${place}\n`);
  log.info(`PostgreSQL cannot run in ${folder}: a folder above it is closed to every user but root. Its data is in ${place} instead.`);
  return place;
}

/** The place an earlier start chose, if that was elsewhere. */
export async function readPointer(folder: string): Promise<string | undefined> {
  const pointer = join(folder, POINTER);
  const text = await readFile(pointer, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const place = text.trim();
  if (!(await lstat(place).catch(() => undefined))?.isDirectory()) {
    throw new EmbeddedError(
      `The data of PostgreSQL was in ${place}, as ${pointer} says, and is not there. Bring it back, or remove ${folder} to begin anew.`,
    );
  }
  return place;
}

async function makePlace(folder: string, log: EmbeddedLog): Promise<string> {
  const faults: unknown[] = [];
  const temp = await realpath(tmpdir());
  const roots = folder.startsWith(`${temp}/`) ? [join(temp, 'flits'), ...ROOTS] : ROOTS;
  for (const root of roots) {
    try {
      await makeOwn(root);
      const place = join(root, createHash('sha256').update(folder).digest('hex').slice(0, 16));
      await setAside(place, log);
      await makeOwn(place);
      return place;
    } catch (error) {
      faults.push(error);
    }
  }
  throw new EmbeddedError(
    `PostgreSQL needs a folder that user nobody can enter: ${folder} is not, and neither ${roots.join(' nor ')} can be made.`,
    {
      cause: faults[0],
    },
  );
}

/** A place without its folder's pointer belonged to a folder that was removed: kept, the last one, but not taken up again. */
async function setAside(place: string, log: EmbeddedLog): Promise<void> {
  if (!(await lstat(place).catch(() => undefined))) return;
  const aside = `${place}.left-behind`;
  await rm(aside, { recursive: true, force: true });
  await rename(place, aside);
  log.warn(`The data of a removed folder was still in ${place}. It is in ${aside} now; remove it if nobody misses it.`);
}

/** /var/tmp is everybody's: a folder that another user put there first is not used. */
async function makeOwn(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(path, { mode: 0o711 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) throw new EmbeddedError(`${path} belongs to somebody else`);
  await chmod(path, 0o711);
}
