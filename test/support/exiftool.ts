import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The independent eye on metadata: exiftool of the package `exiftool-vendored.pl`. A Perl is on every machine that has git. */
const script = join(createRequire(import.meta.url).resolve('exiftool-vendored.pl/package.json'), '..', 'bin', 'exiftool');

/** Where there is none, suites that need it are skipped. */
export const hasPerl = spawnSync('perl', ['-v']).status === 0;

/** Files by name; the ending matters to exiftool where it writes. */
export type Files = Readonly<Record<string, Buffer>>;
/** Tags as `Group:Name`. */
export type Tags = Readonly<Record<string, unknown>>;

/** What exiftool finds in each file, warnings included, whatever the files call themselves. */
export function tagsOf<F extends Files>(files: F): Record<keyof F, Tags> {
  return inFolder(files, (folder, names) => {
    const found = JSON.parse(run(folder, ['-json', '-a', '-G1', '-n', ...names])) as Tags[];
    return Object.fromEntries(names.map((name, n) => [name, found[n]])) as Record<keyof F, Tags>;
  });
}

/** The files with what the arguments write; `extra` lies beside them for arguments such as `-ThumbnailImage<=thumb.jpg`. */
export function written<F extends Files>(files: F, args: readonly string[], extra: Files = {}): Record<keyof F, Buffer> {
  return inFolder({ ...files, ...extra }, (folder) => {
    const names = Object.keys(files);
    run(folder, ['-q', '-q', '-m', '-overwrite_original', ...args, ...names]);
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))])) as Record<keyof F, Buffer>;
  });
}

function inFolder<T>(files: Files, work: (folder: string, names: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'flits-exif-'));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    return work(folder, Object.keys(files));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(folder: string, args: readonly string[]): string {
  return execFileSync('perl', [script, '-config', '', ...args], {
    cwd: folder,
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
}
