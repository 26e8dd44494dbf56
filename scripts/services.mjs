// npm run test:services [-- jest's arguments]: the suites that meet backing services, on Redis and on an independent S3
// server instead of the embedded column. Finds or installs both, runs them on free ports with throw-away data, and stops
// what it started.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './ensure.mjs';
import { freePort, startCompanion } from './lib/companions.mjs';
import { isAlive } from './lib/lock.mjs';
import { root, say } from './lib/root.mjs';
import { findRedis, findVersityGateway } from './lib/tools.mjs';

await ensureInstalled();

removeLeftBehind();
const companions = [];
const folder = mkdtempSync(join(tmpdir(), `flits-services-${process.pid}-`));
let code = 1;
try {
  const [redisServer, versitygw] = [await findRedis(), await findVersityGateway()];
  const redis = await startRedis(redisServer);
  const s3 = await startS3(versitygw);
  say(`Redis: ${redis.TEST_REDIS_URL} · S3: ${s3.TEST_S3_ENDPOINT}`);
  code = await jest({ ...redis, ...s3, REDIS_SERVER: redisServer, VERSITYGW: versitygw, TEST_SERVICES: '1', NODE_ENV: 'test' });
} catch (error) {
  say(error.message);
} finally {
  await Promise.all(companions.map((companion) => companion.stop()));
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = code;

/** Data of commands that were killed; their servers went with them. */
function removeLeftBehind() {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^flits-services-(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function startRedis(command) {
  const port = await freePort();
  const dir = join(folder, 'redis');
  mkdirSync(dir);
  const settings = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  companions.push(await startCompanion({ name: 'redis-server', command, args, port, logFile: join(folder, 'redis.log') }));
  return { TEST_REDIS_URL: `redis://127.0.0.1:${port}` };
}

async function startS3(command) {
  const port = await freePort();
  const objects = join(folder, 'objects');
  const metadata = join(folder, 'metadata');
  for (const path of [objects, metadata]) mkdirSync(path);
  const key = { id: randomBytes(10).toString('hex'), secret: randomBytes(20).toString('hex') };
  const env = { ROOT_ACCESS_KEY: key.id, ROOT_SECRET_KEY: key.secret };
  // Metadata beside the objects: not every temp folder keeps extended attributes.
  const args = ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', 'posix', '--sidecar', metadata, objects];
  companions.push(await startCompanion({ name: 'versitygw', command, args, env, port, logFile: join(folder, 's3.log') }));
  return { TEST_S3_ENDPOINT: `http://127.0.0.1:${port}`, TEST_S3_ACCESS_KEY_ID: key.id, TEST_S3_SECRET_ACCESS_KEY: key.secret };
}

function jest(env) {
  const args = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(root, 'jest.services.config.mjs'), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  // Ctrl-C reaches jest by itself; here it only must not end this command before its companions.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
}
