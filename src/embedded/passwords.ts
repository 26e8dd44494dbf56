import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error.js';

/** Passwords of the roles, by role. Nobody gets in without one, also not from this machine. */
export interface Passwords {
  readonly flits_super: string;
  readonly flits_owner: string;
  readonly flits_app: string;
}
export type RoleName = keyof Passwords;

/** Reads the folder's passwords, or makes them (a 0600 file, on disk before the cluster exists). */
export async function passwordsOf(folder: string, { clusterExists }: { clusterExists: boolean }): Promise<Passwords> {
  const path = join(folder, 'passwords.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EmbeddedError(`${path} cannot be read. Start Flits as the user who owns it.`, { cause: error });
  });
  if (text !== undefined) return JSON.parse(text) as Passwords;
  if (clusterExists) {
    throw new EmbeddedError(
      `${path} is missing, and without it nobody gets into the database beside it. Bring it back, or remove ${folder} to begin anew.`,
    );
  }
  const made: Passwords = { flits_super: password(), flits_owner: password(), flits_app: password() };
  await writeWhole(path, JSON.stringify(made, null, 2));
  return made;
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
