import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.js';
import { EmbeddedError } from './embedded-error.js';
import type { Passwords } from './passwords.js';
import { giveTo, type Runner } from './runner.js';

const run = promisify(execFile);

/** The first number of the version that made a data folder; undefined where there is no cluster yet. */
export async function clusterMajor(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EmbeddedError(`The data folder ${data} cannot be read. Start Flits as the user who made it, or as root.`, { cause: error });
  });
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

export interface NewCluster {
  readonly data: string;
  readonly binaries: Binaries;
  readonly runner: Runner;
  readonly passwords: Passwords;
  readonly durable: boolean;
}

/** Makes an empty cluster. It gets its name when it is whole, so a start that was cut short leaves nothing to trip over. */
export async function makeCluster({ data, binaries, runner, passwords, durable }: NewCluster): Promise<void> {
  const workshop = `${data}.${randomUUID()}`;
  const unfinished = join(workshop, 'data');
  const passwordFile = join(workshop, 'password');
  await mkdir(workshop, { recursive: true, mode: 0o700 });
  try {
    await writeFile(passwordFile, passwords.flits_super, { mode: 0o600 });
    await mkdir(unfinished, { mode: 0o700 });
    for (const path of [passwordFile, unfinished, workshop]) await giveTo(runner, path);
    await run(
      binaries.initdb,
      [
        ...['-D', unfinished, '-U', 'flits_super', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'],
        // Compares bytes and needs nothing of the system: the same order on every machine.
        ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...runner.spawn, env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' } },
    );
    await chmod(unfinished, 0o700);
    await rename(unfinished, data);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new EmbeddedError(`PostgreSQL could not make its data folder ${data}: ${said || (error as Error).message}`, { cause: error });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
