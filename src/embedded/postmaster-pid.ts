import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedLog, EmbeddedError } from './embedded-error.js';
import { commandLine, isAlive, workingFolder } from './processes.js';

/** What PostgreSQL writes about itself into its data folder (src/include/utils/pidfile.h of PostgreSQL 18). */
export interface PostmasterPid {
  readonly pid: number;
  readonly ready: boolean;
}

const POLL_MS = 10;

export async function readPostmasterPid(data: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * Ends the server that a killed Flits left running on this folder. The id in the file may have gone to another process
 * since: only the server of this very folder is touched, and only for such a stranger is the file removed; after a dead
 * server PostgreSQL reads it itself, to see whether that one's children still hold shared memory.
 */
export async function stopLeftover(data: string, log: EmbeddedLog): Promise<void> {
  const left = await readPostmasterPid(data);
  if (!left || !isAlive(left.pid)) return;
  if (await servesFolder(left.pid, data)) {
    log.info(`A PostgreSQL from before still runs on this folder (process ${left.pid}); it is stopped first.`);
    await stopProcess(left.pid);
  } else {
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
}

/** A server works inside its data folder, which also tells it apart after the folder was moved. */
async function servesFolder(pid: number, data: string): Promise<boolean> {
  const folder = workingFolder(pid);
  if (folder !== undefined) return folder === (await realpath(data));
  return commandLine(pid)?.includes(`-D ${data} `) ?? false;
}

/** Fast shutdown first; a server that does not come to its end is told more plainly. PostgreSQL recovers from each. */
export async function stopProcess(pid: number, patienceMs = 20_000): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw new EmbeddedError(
        `The PostgreSQL of process ${pid} belongs to another user and cannot be stopped. Start Flits as that user, or as root.`,
        { cause: error },
      );
    }
    const until = performance.now() + patienceMs;
    while (performance.now() < until) {
      if (!isAlive(pid)) return;
      await delay(POLL_MS);
    }
  }
  throw new EmbeddedError(`PostgreSQL (process ${pid}) does not stop.`);
}
