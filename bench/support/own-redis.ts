import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/free-port.js';
import type { Scratch } from './scratch.js';

const START_ATTEMPTS = 200;

/** Where redis-server is: REDIS_SERVER, else the one on PATH. */
export function findRedisServer(): string | undefined {
  const named = process.env.REDIS_SERVER;
  if (named) return named;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find(isExecutable);
}

/** An empty Redis of the bench's own that keeps nothing on disk. @returns its URL */
export async function startRedis(scratch: Scratch, command: string): Promise<string> {
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', dir: await scratch.folder(), save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn(command, args, { stdio: 'ignore' });
  scratch.keep(server, async (running) => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGTERM');
    await once(running, 'exit');
  });
  const url = `redis://127.0.0.1:${port}`;
  await untilReady(url);
  return url;
}

async function untilReady(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined); // refused until it listens
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.connect();
      await client.quit();
      return;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await delay(20);
    }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
