import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { root, say } from './root.mjs';

/**
 * `npm start` and `npm test` in a fresh clone, at the same moment: one installs, the other waits. The lock is a file that
 * appears whole (link) and names its process; when that process is gone the next one takes it.
 */
export async function withLock(name, work) {
  mkdirSync(`${root}.cache`, { recursive: true });
  const path = `${root}.cache/${name}.lock`;
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  let said = false;
  try {
    while (!attempt(() => linkSync(mine, path), 'EEXIST')) {
      const owner = read(path);
      if (owner !== undefined && !isAlive(Number(owner))) takeAway(path, owner);
      else {
        if (!said) say(`Waiting for another command of Flits (process ${owner}) to ${name} …`);
        said = true;
        await delay(100);
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Two may see the same dead owner: whoever moves away a lock that is not the dead one's puts it back. */
function takeAway(path, deadOwner) {
  const aside = `${path}.dead-${process.pid}`;
  if (!attempt(() => renameSync(path, aside), 'ENOENT')) return;
  if (read(aside) !== deadOwner) attempt(() => linkSync(aside, path), 'EEXIST');
  rmSync(aside, { force: true });
}

/** Whether it worked; the one expected reason for a failure is no error. */
function attempt(step, expected) {
  try {
    step();
    return true;
  } catch (error) {
    if (error.code !== expected) throw error;
    return false;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
