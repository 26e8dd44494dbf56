import { spawnSync } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { EmbeddedError } from './embedded-error.js';

/**
 * Who runs PostgreSQL. The server refuses to run as root, so root lends it the identity of the data folder's owner, or of
 * nobody (65534); everyone else runs it as themselves.
 */
export interface Runner {
  readonly uid?: number;
  readonly gid?: number;
  /** For spawn: identity and a working directory that every identity may enter. */
  readonly spawn: { readonly uid?: number; readonly gid?: number; readonly cwd: string };
}

const NOBODY = 65534;

/** @param dataFolder of an existing cluster, if there is one: its owner is the only one whom PostgreSQL accepts */
export async function chooseRunner(dataFolder: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return { spawn: { cwd: '/' } };
  const owner = await stat(dataFolder).catch(() => undefined);
  const [uid, gid] = owner && owner.uid !== 0 ? [owner.uid, owner.gid] : [NOBODY, NOBODY];
  return { uid, gid, spawn: { uid, gid, cwd: '/' } };
}

/** Whether the runner can enter a folder: asked of the system, because parents, mounts and access lists all have a say. */
export function canEnter(runner: Runner, folder: string): boolean {
  if (runner.uid === undefined) return true;
  const asked = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...runner.spawn, stdio: 'ignore' });
  if (asked.error) {
    throw new EmbeddedError(
      `PostgreSQL does not run as root, and this root may not start a process as user ${runner.uid}. Start Flits as an ordinary user, or give it a PostgreSQL with DATABASE_URL.`,
      { cause: asked.error },
    );
  }
  return asked.status === 0;
}

export async function giveTo(runner: Runner, path: string): Promise<void> {
  if (runner.uid !== undefined && runner.gid !== undefined) await chown(path, runner.uid, runner.gid);
}
