import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts a server that lives as long as this command and no longer: it is stopped by its process id, and should this command
 * be killed, a watchdog whose pipe then ends does that. Resolves when the server takes connections.
 */
export async function startCompanion({ name, command, args, env = {}, port, logFile, patienceMs = 20_000 }) {
  const log = openSync(logFile, 'a');
  // A session of its own: Ctrl-C is for this command, which stops its companions in order.
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const failed = new Promise((resolve) => child.once('error', resolve));
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  if (child.pid === undefined) throw new Error(`${name} does not start: ${(await failed).message}`);
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -TERM "$0"', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  void exited.then(() => watchdog.kill('SIGKILL'));
  const until = performance.now() + patienceMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${name} ended while starting:\n${readFileSync(logFile, 'utf8').trim()}`);
    if (performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${name} took no connections in ${patienceMs / 1000} s:\n${readFileSync(logFile, 'utf8').trim()}`);
    }
    await delay(20);
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(last);
    },
  };
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
