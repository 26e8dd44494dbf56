import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error.js';
import { readPostmasterPid, stopProcess } from './postmaster-pid.js';
import type { Runner } from './runner.js';

export interface PostmasterSettings {
  readonly postgres: string;
  readonly data: string;
  readonly runner: Runner;
  readonly port: number;
  readonly maxConnections: number;
  /** Without it a power cut may lose everything (a killed server does not); for throw-away databases. */
  readonly durable: boolean;
  readonly logFile: string;
}

/** A server process that accepts connections. `exited` settles when it is gone, whatever ended it. */
export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<void>;
  /** Fast shutdown; settles when the process is gone. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000; // crash recovery of a large log takes its time
const POLL_MS = 10;

/**
 * Starts the server and waits until it accepts connections. It runs in a session of its own: Ctrl-C is for Flits, which
 * still needs its database to shut down in order. A watchdog outlives a killed Flits just long enough to stop the server.
 * @throws EmbeddedError with PostgreSQL's log in reach when it ends before it is ready
 */
export async function startPostmaster(settings: PostmasterSettings): Promise<Postmaster> {
  const log = openSync(settings.logFile, 'a', 0o600);
  const child = spawn(settings.postgres, commandArguments(settings), {
    ...settings.runner.spawn,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
  });
  closeSync(log);
  const failed = new Promise<Error>((resolve) => child.once('error', resolve));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  if (child.pid === undefined) throw new EmbeddedError(`PostgreSQL did not start: ${(await failed).message}`);
  child.unref();
  const watchdog = startWatchdog(child.pid, settings.runner);
  void exited.then(() => watchdog.kill('SIGKILL'));
  const { pid } = child;
  await untilReady(child, pid, settings);
  return {
    pid,
    exited,
    async stop() {
      child.ref(); // who awaits this waits for the exit, also where nothing else keeps the process
      if (child.exitCode === null && child.signalCode === null) await stopProcess(pid);
      await exited;
    },
  };
}

function commandArguments({ data, port, maxConnections, durable }: PostmasterSettings): string[] {
  const parameters: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A failed statement is logged by its code, never with its text or its rows: those may be people's words (R33).
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // A statement about mortal rows takes a lock on each hour's table. PostgreSQL 18 keeps so many with the backend itself;
    // what is beyond goes through a table that all backends wait for.
    max_locks_per_transaction: 512,
    // Statements here are short; compiling them costs more than it saves.
    jit: 'off',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return ['-D', data, ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function untilReady(child: ChildProcess, pid: number, { data, logFile }: PostmasterSettings): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new EmbeddedError(`PostgreSQL ended while starting: ${lastComplaint(logFile)}. Its log is ${logFile}.`);
    }
    const file = await readPostmasterPid(data);
    if (file?.pid === pid && file.ready) return;
    if (performance.now() > until) {
      child.kill('SIGQUIT');
      throw new EmbeddedError(`PostgreSQL was not ready after ${PATIENCE_MS / 1000} s; its log is ${logFile}.`);
    }
    await delay(POLL_MS);
  }
}

function lastComplaint(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').split('\n').reverse();
  const found = lines.map((line) => /(?:FATAL|PANIC|ERROR):\s+(.*)/.exec(line)?.[1]).find((reason) => reason !== undefined);
  return found ?? 'it gave no reason';
}

/** Waits on a pipe that ends with this process, also by `kill -9`, and then asks the server to stop. */
function startWatchdog(postmaster: number, runner: Runner): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(postmaster)], {
    ...runner.spawn,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as Socket | null)?.unref();
  return watchdog;
}
