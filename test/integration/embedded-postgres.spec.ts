import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { type EmbeddedPostgres, isAlive, removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/index.js';
import type { Secret } from '../../src/platform/config/index.js';
import { until } from '../support/until.js';

const root = process.cwd();
const asRoot = process.getuid?.() === 0 ? it : it.skip;
const lines: string[] = [];
const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };

let base: string;
let folder: string;
let count = 0;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'flits-embedded-'));
  await chmod(base, 0o711);
  folder = join(base, 'first');
  await (await start()).stop();
  running.length = 0;
});
beforeEach(() => {
  folder = join(base, String((count += 1)));
  lines.length = 0;
});
/** Making a cluster takes most of a second: a test that is not about that begins with a copy. */
function copyFirst(): void {
  execFileSync('cp', ['-a', join(base, 'first'), folder]);
}
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
});
afterAll(async () => {
  for (const name of await readdir(base)) await removeEmbeddedPostgres({ folder: join(base, name), log });
  await rm(base, { recursive: true, force: true });
});

async function start(port?: number): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ folder, log, port, durable: false });
  running.push(postgres);
  return postgres;
}

async function query<Row extends pg.QueryResultRow>(url: Secret | string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: typeof url === 'string' ? url : url.reveal(), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A Flits in a process of its own, to be killed. */
async function startProcess(): Promise<{ child: ChildProcess; said: { appUrl?: string; port?: number; error?: string } }> {
  const loader = pathToFileURL(join(root, 'scripts/lib/typescript.mjs')).href;
  const child = spawn(process.execPath, ['--import', loader, join(root, 'test/support/embedded-process.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const line = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return { child, said: JSON.parse(line) as object };
}

async function postmasterPid(place = folder): Promise<number> {
  return Number.parseInt(await readFile(join(place, 'data', 'postmaster.pid'), 'utf8'), 10);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

describe('start and stop', () => {
  it('keeps data, port and passwords from one start to the next, and stops more than once', async () => {
    const first = await start();
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();
    await expect(query(first.appUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await start();
    expect(second.port).toBe(first.port);
    expect(second.appUrl.reveal()).toBe(first.appUrl.reveal());
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('R34: the owner is no superuser, the application may connect and nothing else, and nobody comes in without a password', async () => {
    const { ownerUrl, appUrl, port } = await start();
    const [owner] = await query<{ super: boolean }>(
      ownerUrl,
      'SELECT rolsuper OR rolcreaterole OR rolcreatedb AS super FROM pg_roles WHERE rolname = current_user',
    );
    expect(owner).toEqual({ super: false });
    await query(ownerUrl, 'CREATE TABLE secret (x int)');
    await expect(query(appUrl, 'CREATE TABLE mine (x int)')).rejects.toThrow('permission denied');
    await expect(query(appUrl, 'CREATE TEMP TABLE mine (x int)')).rejects.toThrow('permission denied');
    await expect(query(appUrl, 'SELECT * FROM secret')).rejects.toThrow('permission denied');
    for (const role of ['flits_super', 'flits_owner', 'flits_app']) {
      await expect(query(`postgres://${role}:guess@127.0.0.1:${port}/flits`, 'SELECT 1')).rejects.toThrow('password authentication failed');
    }
    expect((await stat(join(folder, 'passwords.json'))).mode & 0o777).toBe(0o600);
  });

  it('R33: neither the text of a failed statement nor its rows reach the log of the server', async () => {
    const { ownerUrl } = await start();
    await query(ownerUrl, "CREATE TABLE captions (caption text UNIQUE); INSERT INTO captions VALUES ('canary words')");
    await expect(query(ownerUrl, "INSERT INTO captions VALUES ('canary words')")).rejects.toThrow('duplicate key');
    const text = await until('complaint in the log', async () => {
      const found = await readFile(join(folder, 'postgres.log'), 'utf8');
      return found.includes('duplicate key') && found;
    });
    expect(text).not.toContain('canary');
  });

  it('a first start that was cut short leaves nothing to trip over', async () => {
    await mkdir(join(folder, 'data.unfinished', 'data'), { recursive: true });
    await writeFile(join(folder, 'data.unfinished', 'data', 'PG_VERSION'), '18\n');
    expect(await query((await start()).appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('takes another port when its own is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const postgres = await start(port);
    other.close();
    expect(postgres.port).not.toBe(port);
    expect(await query(postgres.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('refusals in words', () => {
  beforeEach(copyFirst);

  it('a second Flits on the same folder, in this process or another', async () => {
    await start();
    await expect(start()).rejects.toThrow(/in use by another Flits \(process \d+\)/);
    const { said } = await startProcess();
    expect(said.error).toContain(`in use by another Flits (process ${process.pid})`);
  });

  it('data of another major version', async () => {
    await (await start()).stop();
    await writeFile(join(folder, 'data', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 17; this Flits brings PostgreSQL 18/);
    await writeFile(join(folder, 'data', 'PG_VERSION'), '18\n');
    await start();
  });

  it('passwords that are gone while the data is there', async () => {
    await (await start()).stop();
    await rm(join(folder, 'passwords.json'));
    await expect(start()).rejects.toThrow(/passwords\.json is missing/);
  });
});

describe('deaths', () => {
  beforeEach(copyFirst);

  it('kill -9 of Flits: its server stops by itself, and the next start has the data, on the same port', async () => {
    const { child, said } = await startProcess();
    const server = await postmasterPid();
    await kill(child);
    await until('end of the server', () => !isAlive(server));
    const again = await start();
    expect(again.port).toBe(said.port);
    expect(await query(again.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('kill -9 of Flits and an immediate start: a server that still runs is stopped first', async () => {
    const { child, said } = await startProcess();
    const server = await postmasterPid();
    // Holds the shutdown up, as the watchdog being killed too would.
    process.kill(server, 'SIGSTOP');
    await kill(child);
    const starting = start();
    await until('word that a server still runs', () => lines.some((line) => line.includes(`process ${server}`)));
    process.kill(server, 'SIGCONT');
    expect((await starting).port).toBe(said.port);
    expect(isAlive(server)).toBe(false);
  });

  it('kill -9 of the server: it comes back on the same address with what was committed', async () => {
    const { ownerUrl } = await start();
    await query(ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const server = await postmasterPid();
    process.kill(server, 'SIGKILL');
    const rows = await until('answer of the new server', () => query(ownerUrl, 'SELECT answer FROM kept').catch(() => undefined));
    expect(rows).toEqual([{ answer: 42 }]);
    expect(await postmasterPid()).not.toBe(server);
  });

  it('stop in the middle of such a return leaves nothing running', async () => {
    const postgres = await start();
    process.kill(await postmasterPid(), 'SIGKILL');
    await until('return', () => lines.some((line) => line.includes('starting it again')));
    await postgres.stop();
    const left = await postmasterPid().catch(() => undefined);
    expect(left === undefined || !isAlive(left)).toBe(true);
  });

  it('files of the dead whose process id went to somebody else are seen through, and that process is left alone', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['60']);
    children.push(stranger);
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: stranger.pid, mark: '1', id: 'of the dead' }));
    await writeFile(join(folder, 'data', 'postmaster.pid'), `${stranger.pid}\n${join(folder, 'data')}\n1\n1\n\n127.0.0.1\n0 0\nready\n`);
    await start();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });
});

describe('as root', () => {
  asRoot('runs as nobody, also below a closed home: the cluster lives elsewhere, and the folder says where', async () => {
    const home = join(base, 'home');
    await mkdir(home, { mode: 0o700 });
    folder = join(home, 'postgres');
    const first = await start();
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const elsewhere = (await readFile(join(folder, 'elsewhere'), 'utf8')).trim();
    expect(lines.join('\n')).toContain(elsewhere);
    expect((await stat(join(elsewhere, 'data'))).uid).toBe(65534);
    await first.stop();

    expect(await query((await start()).ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await running.pop()?.stop();
    await removeEmbeddedPostgres({ folder, log });
    await expect(stat(elsewhere)).rejects.toThrow('ENOENT');
  });
});
