import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { root, say } from './root.mjs';

const VERSITYGW = { module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' };
const TRIES = 3;

/** Debian's redis-server: REDIS_SERVER, else the one on PATH, else (as root) installed. */
export async function findRedis() {
  const found = process.env.REDIS_SERVER ?? onPath('redis-server');
  if (found) return found;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    say('Installing redis-server (apt-get) …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () => spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env, encoding: 'utf8' });
    let result = install();
    // A package list that is missing or old names files that are not there.
    if (result.status !== 0 && spawnSync('apt-get', ['update'], { env, stdio: 'ignore' }).status === 0) result = install();
    const installed = onPath('redis-server');
    if (installed) return installed;
    throw new Error(`apt-get could not install redis-server:\n${(result.stderr ?? '').trim()}`);
  }
  throw new Error(
    'redis-server is missing. On Debian: apt-get install redis-server, as root; elsewhere install Redis 7 and name its server in REDIS_SERVER.',
  );
}

/** Versity S3 Gateway: VERSITYGW, else the one on PATH or built before, else built by Go into .cache/tools. */
export async function findVersityGateway() {
  const found = process.env.VERSITYGW ?? onPath('versitygw');
  if (found) return found;
  const folder = join(root, '.cache/tools');
  const built = join(folder, `versitygw-${VERSITYGW.version}`);
  if (existsSync(built)) return built;
  const go = onPath('go') ?? ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'].find((path) => existsSync(path));
  if (!go)
    throw new Error(
      `The S3 server of the tests is missing, and so is Go, which builds it. Install Go (https://go.dev) or name a versitygw ${VERSITYGW.version} in VERSITYGW.`,
    );
  await withLock('build the S3 server', () => {
    if (!existsSync(built)) goInstall(go, folder, built);
  });
  return built;
}

function goInstall(go, folder, built) {
  const workshop = join(folder, `build.${process.pid}`);
  mkdirSync(workshop, { recursive: true });
  say(`Building the S3 server of the tests (versitygw ${VERSITYGW.version}, by Go; a few minutes the first time) …`);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const result = spawnSync(go, ['install', `${VERSITYGW.module}@${VERSITYGW.version}`], {
        cwd: workshop,
        env: { ...process.env, GOBIN: workshop },
        encoding: 'utf8',
      });
      if (result.status === 0) break;
      const said = (result.error?.message ?? result.stderr).trim();
      if (attempt === TRIES) throw new Error(`Go could not build versitygw:\n${said}`);
      say(`That failed (${said.split('\n').at(-1)}); trying again …`);
    }
    renameSync(join(workshop, 'versitygw'), built);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}
