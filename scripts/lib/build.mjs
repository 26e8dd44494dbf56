import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { giveUp, root, say } from './root.mjs';

/**
 * Builds `dist` with the TypeScript compiler when a source has changed since. `nest build` would run the same compiler on
 * the same tsconfig.build.json, but cannot tell that nothing changed and empties `dist` while others run from it: here a
 * whole new folder takes its place.
 */
const DIST = join(root, 'dist');
const STAMP = join(DIST, '.built.json');

export async function ensureBuilt({ force = false } = {}) {
  if (!force && isFresh()) return;
  await withLock('build', () => {
    if (!force && isFresh()) return;
    build();
  });
}

function build() {
  const started = performance.now();
  say('Building …');
  const sources = listSources();
  const stamp = { looks: looksOf(sources), content: contentOf(sources) };
  const fresh = join(root, `dist.${process.pid}`);
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['-p', join(root, 'tsconfig.build.json'), '--outDir', fresh, '--noEmitOnError', '--pretty', String(Boolean(process.stderr.isTTY))],
      // What was checked before need not be checked again.
      ...['--incremental', '--tsBuildInfoFile', join(root, '.cache/build.tsbuildinfo')],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (result.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    giveUp(result.error?.message ?? (result.stdout + result.stderr).trim(), '', 'The build failed; the reasons are above.');
  }
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, '.built.json'), JSON.stringify(stamp));
  const old = `${fresh}.old`;
  try {
    renameSync(DIST, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
  say(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

/** Sizes and times first, which is quick; where those differ (a checkout, a touch), the content decides. */
function isFresh() {
  try {
    const stamp = JSON.parse(readFileSync(STAMP, 'utf8'));
    const sources = listSources();
    if (stamp.looks === looksOf(sources)) return true;
    if (stamp.content !== contentOf(sources)) return false;
    writeFileSync(STAMP, JSON.stringify({ ...stamp, looks: looksOf(sources) }));
    return true;
  } catch {
    return false;
  }
}

function listSources() {
  const found = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const folder of ['src', 'migrations']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true })) {
      if (entry.endsWith('.ts') && !entry.endsWith('.spec.ts')) found.push(join(folder, entry));
    }
  }
  return found.sort();
}

function looksOf(sources) {
  return digest(sources, (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    return `${size} ${mtimeMs}`;
  });
}

function contentOf(sources) {
  return digest(sources, (path) => readFileSync(join(root, path)));
}

function digest(sources, read) {
  const hash = createHash('sha256');
  for (const path of sources) hash.update(`\0${path}\0`).update(read(path));
  return hash.digest('hex');
}
