import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/embedded/free-port.js';
import type { Scratch } from './scratch.js';

const START_ATTEMPTS = 400;
/** Where `npm run test:services` leaves the one that it builds; benches run from the project's folder. */
const BUILT = '.cache/tools';

/** Where the S3 server is: VERSITYGW, else on PATH, else built before by `npm run test:services`. */
export function findS3Server(): string | undefined {
  const { VERSITYGW, PATH = '' } = process.env;
  const built = folderOf(BUILT).filter((name) => name.startsWith('versitygw-'));
  const candidates = [...PATH.split(delimiter).map((folder) => join(folder, 'versitygw')), ...built.map((name) => join(BUILT, name))];
  return VERSITYGW ?? candidates.find(isExecutable);
}

/** An S3 server of the bench's own, on an empty folder. @returns the environment that makes a Flits use it */
export async function startS3(scratch: Scratch, command: string): Promise<Record<string, string>> {
  const port = await freePort();
  const folder = await scratch.folder();
  const [objects, metadata] = [join(folder, 'objects'), join(folder, 'metadata')];
  for (const path of [objects, metadata]) mkdirSync(path);
  const key = { id: randomBytes(10).toString('hex'), secret: randomBytes(20).toString('hex') };
  const args = ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', 'posix', '--sidecar', metadata, objects];
  const env = { ...process.env, ROOT_ACCESS_KEY: key.id, ROOT_SECRET_KEY: key.secret };
  const server = spawn(command, args, { stdio: 'ignore', env });
  scratch.keep(server, async (running) => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGTERM');
    await once(running, 'exit');
  });
  for (let attempt = 1; !(await answers(port)); attempt += 1) {
    if (attempt === START_ATTEMPTS) throw new Error('the S3 server takes no connections');
    await delay(20);
  }
  return {
    S3_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_ACCESS_KEY_ID: key.id,
    S3_SECRET_ACCESS_KEY: key.secret,
    S3_BUCKET: 'bench',
    S3_VAULT_BUCKET: 'bench-vault',
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function folderOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
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
