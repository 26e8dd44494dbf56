import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { passwordsOf } from './passwords.js';
import { readPointer } from './place.js';
import { lastPort, urlsOf, type EmbeddedUrls } from './postgres.js';
import { readPostmasterPid } from './postmaster-pid.js';
import { isAlive } from './processes.js';

/**
 * The server that another Flits runs on this folder now, for a command that works beside it. Nothing is started, and nothing
 * must be stopped.
 * @returns `undefined` where none runs: then the folder may be used by whoever comes
 */
export async function findRunningPostgres(folder: string): Promise<EmbeddedUrls | undefined> {
  const known = resolve(folder);
  const place = (await readPointer(known).catch(() => undefined)) ?? known;
  const server = await readPostmasterPid(join(place, 'data'));
  if (!server?.ready || !isAlive(server.pid)) return undefined;
  const [port, hasPasswords] = await Promise.all([lastPort(known), isThere(join(known, 'passwords.json'))]);
  if (port === undefined || !hasPasswords) return undefined;
  return { ...urlsOf(port, await passwordsOf(known, { clusterExists: true })), port };
}

function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
