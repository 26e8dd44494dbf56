import { constants } from 'node:fs';
import { access, chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret } from '../platform/config/index.js';
import { prepareBinaries } from './binaries.js';
import { clusterMajor, makeCluster } from './cluster.js';
import { type EmbeddedLog, EmbeddedError } from './embedded-error.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { freePort } from './free-port.js';
import { passwordsOf, type Passwords } from './passwords.js';
import { findPlace, readPointer } from './place.js';
import { type Postmaster, startPostmaster } from './postmaster.js';
import { stopLeftover } from './postmaster-pid.js';
import { connectionUrl, provision } from './provision.js';
import { chooseRunner, type Runner } from './runner.js';
import { Supervisor } from './supervisor.js';

/**
 * The PostgreSQL that comes with Flits, for one machine and one process.
 *
 * In its folder: `data/` (the cluster), `passwords.json`, `port`, `postgres.log`, `lock`; `elsewhere` when the cluster had to
 * live in another place (place.ts). Invariants: one Flits a folder (the lock), one server a cluster (PostgreSQL's own pid
 * file), nobody connects without a password. It dies with `stop()`; with its process, by the watchdog; and what even that
 * leaves is stopped by the next start. A server that dies alone is started again on the same port.
 */
export interface EmbeddedPostgresSettings {
  readonly folder: string;
  readonly log: EmbeddedLog;
  /** Wished for; another one is taken when it is not free. Default: the one of the last start. */
  readonly port?: number;
  readonly maxConnections?: number;
  /** False only for throw-away databases: no fsync. */
  readonly durable?: boolean;
}

export interface EmbeddedUrls {
  /** As the owner of the database: migrates. */
  readonly ownerUrl: Secret;
  /** As the application: may connect, and what the migrator granted. */
  readonly appUrl: Secret;
  /** As the superuser, database `postgres`: for tests, which make databases. */
  readonly superUrl: Secret;
  readonly port: number;
}

export interface EmbeddedPostgres extends EmbeddedUrls {
  /** Fast shutdown, awaited; safe to call again. */
  stop(): Promise<void>;
}

const DEFAULT_CONNECTIONS = 151;
const START_ATTEMPTS = 3;
const LOG_LIMIT_BYTES = 10_000_000;

/** @throws EmbeddedError in words for the person who started it */
export async function startEmbeddedPostgres(settings: EmbeddedPostgresSettings): Promise<EmbeddedPostgres> {
  const folder = resolve(settings.folder);
  await makeFolder(folder);
  const runner = await chooseRunner(join((await readPointer(folder)) ?? folder, 'data'));
  const place = await findPlace(folder, runner, settings.log);
  const lock = await lockFolder(place, folder);
  try {
    return await startLocked({ ...settings, folder, runner, place, lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Located extends EmbeddedPostgresSettings {
  readonly runner: Runner;
  readonly place: string;
  readonly lock: FolderLock;
}

async function startLocked({
  folder,
  place,
  runner,
  lock,
  log,
  port: wished,
  maxConnections = DEFAULT_CONNECTIONS,
  durable = true,
}: Located): Promise<EmbeddedPostgres> {
  const data = join(place, 'data');
  const binaries = await prepareBinaries({ place, runner, log });
  const found = await clusterMajor(data);
  if (found !== undefined && found !== binaries.major) {
    throw new EmbeddedError(
      `The data in ${data} was made by PostgreSQL ${found}; this Flits brings PostgreSQL ${binaries.major}, which cannot read it. Start the Flits that made it, or choose another folder with FLITS_DATA.`,
    );
  }
  const passwords = await passwordsOf(folder, { clusterExists: found !== undefined });
  if (found === undefined) await makeCluster({ data, binaries, runner, passwords, durable });
  else await stopLeftover(data, log);

  const logFile = join(folder, 'postgres.log');
  await turnLog(logFile);
  const start = (port: number) => startPostmaster({ postgres: binaries.postgres, data, runner, port, maxConnections, durable, logFile });
  const { postmaster, port } = await startOnFreePort(start, wished ?? (await lastPort(folder)));
  const supervisor = new Supervisor(postmaster, () => start(port), log);
  try {
    await writeFile(join(folder, 'port'), `${port}\n`);
    await provision(port, passwords);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    ...urlsOf(port, passwords),
    port,
    async stop() {
      await supervisor.stop();
      await lock.release();
    },
  };
}

export function urlsOf(port: number, passwords: Passwords): Omit<EmbeddedUrls, 'port'> {
  return {
    ownerUrl: new Secret(connectionUrl({ port, passwords, role: 'flits_owner' })),
    appUrl: new Secret(connectionUrl({ port, passwords, role: 'flits_app' })),
    superUrl: new Secret(connectionUrl({ port, passwords, role: 'flits_super', database: 'postgres' })),
  };
}

/** Another may take a port between our look and the server's bind, and a killed server's children need a moment to go. */
async function startOnFreePort(
  start: (port: number) => Promise<Postmaster>,
  preferred?: number,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(preferred);
    try {
      return { postmaster: await start(port), port };
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await delay(attempt * 200);
    }
  }
}

/** The port of the last start: of the server that runs, where one does. */
export async function lastPort(folder: string): Promise<number | undefined> {
  const port = Number.parseInt(await readFile(join(folder, 'port'), 'utf8').catch(() => ''), 10);
  return port > 0 && port < 65536 ? port : undefined;
}

/** Below a folder that root makes, the identity that runs the server must be able to pass. */
async function makeFolder(folder: string): Promise<void> {
  const root = process.getuid?.() === 0;
  try {
    const first = await mkdir(folder, { recursive: true, mode: root ? 0o711 : 0o700 });
    if (root && first !== undefined) {
      for (let made = folder; made.startsWith(first); made = dirname(made)) await chmod(made, 0o711);
    }
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new EmbeddedError(
      `The folder ${folder} cannot be made or written by this user. Give it to them, or choose another folder with FLITS_DATA.`,
      { cause },
    );
  }
}

/** Two files of bounded size: the log of many starts does not fill a disk. */
async function turnLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
}
