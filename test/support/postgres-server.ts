import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isAlive, removeEmbeddedPostgres, startEmbeddedPostgres, startMark } from '../../src/embedded/index.js';
import { makeTemplate, type Template } from './postgres-template.js';
import { throwawayRoot } from './throwaway-root.js';

/**
 * The helper process of a test run (global-setup.mjs). It owns a folder that bears its process id, in it an embedded
 * PostgreSQL (unless TEST_DATABASE_URL names one), and the template that suites clone. Suites ask on a Unix socket and get
 * the template as JSON; the first question starts everything. When its stdin ends the run is over and it removes what it
 * made. What a killed helper leaves behind the next one removes.
 */
const PREFIX = 'flits-test-';
const log = { info: () => undefined, warn: (message: string) => process.stderr.write(`${message}\n`) };

const root = throwawayRoot();
const folder = await mkdtemp(join(root, `${PREFIX}${process.pid}-${mark(process.pid)}-`));
// Whoever runs PostgreSQL must be able to pass, and mkdtemp closes the folder.
await chmod(folder, 0o711);
const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
let template: Promise<Template> | undefined;

const server = createServer((socket) => {
  template ??= start();
  template.then(
    (ready) => socket.end(JSON.stringify(ready)),
    (error: unknown) => socket.end(JSON.stringify({ error: (error as Error).stack })),
  );
  socket.on('error', () => undefined);
});
server.listen(join(folder, 'socket'), () => process.stdout.write(`${join(folder, 'socket')}\n`));

let ending: Promise<void> | undefined;
const over = () => void (ending ??= end());
process.stdin.resume().on('end', over).on('error', over);
process.on('SIGTERM', over).on('SIGINT', () => undefined);
await removeLeftBehind();

async function start(): Promise<Template> {
  const adminUrl = process.env.TEST_DATABASE_URL ?? (await startOwn());
  const { template: made, remove } = await makeTemplate(adminUrl, `flits_test_${process.pid}_${mark(process.pid)}`);
  undo.unshift(remove);
  return made;
}

async function startOwn(): Promise<string> {
  const own = join(folder, 'postgres');
  const postgres = await startEmbeddedPostgres({ folder: own, log, durable: false });
  undo.unshift(async () => {
    await postgres.stop();
    await removeEmbeddedPostgres({ folder: own, log });
  });
  return postgres.superUrl.reveal();
}

async function end(): Promise<void> {
  await template?.catch(() => undefined);
  for (const step of undo) await step().catch((error: unknown) => log.warn((error as Error).message));
  process.exit(0);
}

/** Folders of dead helpers of this user. */
async function removeLeftBehind(): Promise<void> {
  for (const name of await readdir(root)) {
    const [, pid, started] = /^flits-test-(\d+)-(\w+)-/.exec(name) ?? [];
    if (!pid || (isAlive(Number(pid)) && mark(Number(pid)) === started)) continue;
    const left = join(root, name);
    try {
      if ((await lstat(left)).uid !== process.getuid?.()) continue;
      await removeEmbeddedPostgres({ folder: join(left, 'postgres'), log });
      await rm(left, { recursive: true, force: true });
    } catch (error) {
      // Another helper may be at it too.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn(`${left}: ${(error as Error).message}`);
    }
  }
}

/** When a process started, fit for a file name. */
function mark(pid: number): string {
  return (startMark(pid) ?? '0').replaceAll(/\W+/g, '_');
}
