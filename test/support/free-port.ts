import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections (32768 up): one of those could take the port while a process restarts. */
const [LEAST, MOST] = [15_000, 32_000];
const ATTEMPTS = 100;
/** Of jest's workers each has a slice of its own: a port is free until the process it is meant for listens. */
const SLICE = 2000;
const given = new Set<number>();

/** A port nobody listens on now, which nobody gets by chance and this process has not been given before. */
export async function freePort(): Promise<number> {
  const least = LEAST + ((Number(process.env.JEST_WORKER_ID ?? '0') * SLICE) % (MOST - LEAST - SLICE));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(least, least + SLICE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free port on 127.0.0.1');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
