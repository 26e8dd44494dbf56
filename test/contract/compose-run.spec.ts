import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import pg from 'pg';
import { removeEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/index.js';
import { makeCertificate, type CertificateFiles } from '../support/certificate.js';
import { freePort } from '../support/free-port.js';
import { Image } from '../support/image.js';
import { interpolate, readCompose, type ComposeService } from '../support/packaging-files.js';
import { readProjectFile } from '../support/project-file.js';
import { TlsProxy } from '../support/tls-proxy.js';
import { until } from '../support/until.js';

jest.setTimeout(600_000);

const run = promisify(execFile);
const compose = readCompose();
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/**
 * docker-compose.yml carried out without containers: the image by the Dockerfile's own lines, each service by the command and
 * environment that the file gives it, on a PostgreSQL, a Redis and a store of its own. Only names of hosts and folders differ.
 */
(process.env.TEST_SERVICES ? describe : describe.skip)('docker-compose.yml, run', () => {
  let home: string;
  let image: Image;
  let postgres: EmbeddedPostgres;
  let certificate: CertificateFiles;
  let ports: Record<'postgres' | 'redis' | 'store' | 'app' | 'media', number>;
  const helpers: ChildProcess[] = [];
  const proxies: TlsProxy[] = [];
  const nodes: Node[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'flits-compose-run-'));
    await chmod(home, 0o711);
    const free = await Promise.all(['redis', 'store', 'app', 'media'].map(async (name) => [name, await freePort()]));
    [image, postgres, certificate] = await Promise.all([
      Image.build(),
      startEmbeddedPostgres({ folder: join(home, 'postgres'), log: { info: () => undefined, warn: () => undefined } }),
      makeCertificate(home),
    ]);
    ports = { ...(Object.fromEntries(free) as typeof ports), postgres: Number(new URL(postgres.superUrl.reveal()).port) };
    for (const folder of ['flits', 'flits-owner', 'flits-store', 'users', 'buckets/flits', 'buckets/flits-vault', 'sidecar', 'queues']) {
      await mkdir(join(home, folder), { recursive: true });
      // Volumes are the image's user's, as the Dockerfile makes them.
      if (isRoot && folder.startsWith('flits')) await chown(join(home, folder), NOBODY, NOBODY);
    }
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    proxies.forEach((proxy) => proxy.close());
    for (const helper of helpers) {
      helper.kill('SIGTERM');
      if (helper.exitCode === null && helper.signalCode === null) await once(helper, 'exit');
    }
    await postgres.stop();
    await removeEmbeddedPostgres({ folder: join(home, 'postgres'), log: { info: () => undefined, warn: () => undefined } });
    await image.remove();
    await rm(home, { recursive: true, force: true });
  });

  /** Inside a container `postgres:5432` and `/run/…` are what they are called; here they are elsewhere. */
  const here = (text: string) =>
    text
      .replaceAll('postgres:5432', `127.0.0.1:${ports.postgres}`)
      .replaceAll('redis:6379', `127.0.0.1:${ports.redis}`)
      .replaceAll('http://store:7070', `http://127.0.0.1:${ports.store}`)
      .replaceAll('/run/', `${home}/`);
  const chosen = () => ({ FLITS_DOMAIN: `localhost:${ports.app}`, MEDIA_DOMAIN: `localhost:${ports.media}` });

  /** As its container has it: nothing of this process's environment but PATH. */
  function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
    const own = Object.entries(environment).map(([name, value]): [string, string] => [name, here(interpolate(value, chosen()))]);
    return { PATH: process.env.PATH ?? '', HOME: '/tmp', ...image.env, ...Object.fromEntries(own), TRUSTED_PROXIES: '127.0.0.1' };
  }

  const asUser = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

  /** The shell's words of a service of another image. */
  function shellOf(name: string): string {
    const words = compose.services[name]?.entrypoint?.at(-1) ?? '';
    return here(words)
      .replaceAll('$$', '$')
      .replaceAll('/usr/local/bin/versitygw', process.env.VERSITYGW ?? 'versitygw')
      .replaceAll(' /users', ` ${home}/users`);
  }

  /** A service's environment, with what lies in files. */
  async function filesOf(name: string): Promise<Record<string, string>> {
    const pairs = Object.entries(environmentOf(compose.services[name]!)).map(async ([key, value]): Promise<[string, string]> =>
      key.endsWith('_FILE') ? [key.slice(0, -'_FILE'.length), await readFile(value, 'utf8')] : [key, value],
    );
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** What a one-shot service does. */
  async function once_(name: string, ...more: string[]): Promise<string> {
    const service = compose.services[name]!;
    const [program = '', ...args] = (service.command ?? []).map(here);
    const { stdout } = await run(program, [...args, ...more], { cwd: image.app, env: environmentOf(service), ...asUser });
    return stdout;
  }

  it('the image holds what runs and nothing of what builds or tests, and needs no root', async () => {
    expect((await readdir(image.app)).toSorted()).toEqual(['dist', 'node_modules', 'package.json']);
    for (const name of ['jest', 'typescript', '@nestjs/cli', 'eslint', 'selfsigned', '@ffmpeg-installer', '@ffprobe-installer']) {
      expect([name, existsSync(join(image.app, 'node_modules', name))]).toEqual([name, false]);
    }
    const entries = await readdir(join(image.app, 'dist'), { recursive: true });
    expect(entries.filter((path) => /\.spec\.|(^|\/)test\//.test(path))).toEqual([]);
    const { stdout } = await run('node', ['dist/src/cli/main.js', '--version'], {
      cwd: image.app,
      env: { PATH: process.env.PATH },
      ...asUser,
    });
    expect(stdout).toBe(`${(JSON.parse(readProjectFile('package.json')) as { version: string }).version}\n`);
  });

  it('secrets, then PostgreSQL’s roles by deploy/postgres, Redis and the store with what is in them', async () => {
    const made = await once_('init-secrets', '--database', `127.0.0.1:${ports.postgres}/flits`, '--redis', `127.0.0.1:${ports.redis}`);
    expect(made).toContain('Made');
    expect(await once_('init-secrets')).toContain('Every secret was there');
    await makeRoles();
    const redisLine = compose.services.redis?.command?.at(-1) ?? '';
    const flags = redisLine.replace(/^.*redis-server /, '').replaceAll('$$', '$');
    helpers.push(
      spawn(
        '/bin/sh',
        [
          '-c',
          `exec ${process.env.REDIS_SERVER ?? 'redis-server'} --port ${ports.redis} --bind 127.0.0.1 --dir ${join(home, 'queues')} ${here(flags)}`,
        ],
        { stdio: 'ignore' },
      ),
    );
    // Metadata beside the objects: not every temp folder keeps extended attributes.
    const store = shellOf('store').replace(
      ' posix /buckets',
      ` --port 127.0.0.1:${ports.store} posix --sidecar ${join(home, 'sidecar')} ${join(home, 'buckets')}`,
    );
    helpers.push(spawn('/bin/sh', ['-c', store], { stdio: 'ignore', env: { PATH: process.env.PATH, VGW_QUIET: 'true' } }));
    await until('a store', () =>
      fetch(`http://127.0.0.1:${ports.store}`).then(
        () => true,
        () => false,
      ),
    );
  });

  it('R34: the application’s key of the store, once and again', async () => {
    for (let time = 0; time < 2; time += 1) await run('/bin/sh', ['-c', shellOf('store-user')], { env: { PATH: process.env.PATH } });
  });

  it('migrate and init, once and again', async () => {
    for (let time = 0; time < 2; time += 1) expect(await once_('migrate')).toContain('The database is up to date.');
    for (let time = 0; time < 2; time += 1) expect(await once_('init')).toMatch(/^flits: there/);
  });

  it('R34: what the application has of Redis and of the store is what Flits does there, and no more', async () => {
    const { S3_ENDPOINT = '', ...keys } = await filesOf('api');
    const redis = new Redis(keys.REDIS_URL ?? '');
    await expect(redis.set('flits:limit:x', 1)).resolves.toBe('OK');
    for (const refused of [
      redis.set('other', 1),
      redis.flushall(),
      redis.config('SET', 'appendonly', 'no'),
      redis.publish('other', 'x'),
      redis.config('GET', 'dir'),
      redis.script('FLUSH'),
      redis.keys('*'),
    ]) {
      await expect(refused).rejects.toThrow('NOPERM');
    }
    redis.disconnect();
    const credentials = { accessKeyId: keys.S3_ACCESS_KEY_ID ?? '', secretAccessKey: keys.S3_SECRET_ACCESS_KEY ?? '' };
    const client = new S3Client({ endpoint: S3_ENDPOINT, region: 'us-east-1', forcePathStyle: true, credentials });
    for (const Bucket of ['flits', 'flits-vault']) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x' }));
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
      for (const refused of [
        client.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })),
        client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
        client.send(new DeleteBucketCommand({ Bucket })),
      ]) {
        await expect(refused).rejects.toMatchObject({ name: 'AccessDenied' });
      }
    }
    await expect(client.send(new CreateBucketCommand({ Bucket: 'third' }))).rejects.toMatchObject({ name: 'AccessDenied' });
    client.destroy();
  });

  it('all roles come up in production, doctor has nothing against them, and each is ready', async () => {
    for (const role of ['api', 'api', 'gateway', 'worker'] as const) {
      const [port, adminPort] = await Promise.all([freePort(), freePort()]);
      const environment = {
        ...environmentOf(compose.services[role]!),
        HOST: '127.0.0.1',
        ADMIN_HOST: '127.0.0.1',
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
      };
      nodes.push(new Node(role, environment, image.app, asUser));
    }
    await Promise.all(nodes.map((node) => node.start()));
    const [node] = nodes;
    const { stdout } = await run('node', ['dist/src/cli/main.js', 'doctor', '--json'], {
      cwd: image.app,
      env: node!.environment,
      ...asUser,
    });
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { state: string; words: string }[] };
    expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
    expect(ok).toBe(true);
  });

  it('a stranger plays the main job through TLS, while every process is replaced, one by one', async () => {
    const of = (role: string) => nodes.filter((node) => node.role === role && node.isReady).map(({ url }) => url);
    proxies.push(await TlsProxy.open(ports.app, certificate, (path) => of(/^\/v1\/(?:realtime|events)/.test(path) ? 'gateway' : 'api')));
    proxies.push(await TlsProxy.open(ports.media, certificate, () => [`http://127.0.0.1:${ports.store}`]));
    const demo = spawn('node', ['dist/src/cli/main.js', 'demo', `https://localhost:${ports.app}`], {
      cwd: image.app,
      env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: certificate.TLS_CERT },
      ...asUser,
    });
    let told = '';
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const ended = once(demo, 'close');
    await until('the wait for the deadline', () => told.includes('now we wait') || demo.exitCode !== null, 60_000);
    for (const node of nodes) {
      expect([node.role, await node.stop()]).toEqual([node.role, 0]);
      await node.start();
    }
    await ended;
    expect([demo.exitCode, told.includes('Everything was as promised')]).toEqual([0, true]);
    expect(told).toContain('410 snap_expired');
  });

  it('an operator rotates the master key while every role is stopped, and doctor has nothing against what is there then', async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    const env = environmentOf(compose.services.operator!);
    const flits = async (...words: string[]) => {
      const { stdout } = await run('node', ['dist/src/cli/main.js', ...words, '--json'], { cwd: image.app, env, ...asUser });
      return JSON.parse(stdout) as object;
    };
    const key = () => readFile(join(home, 'flits/master_key'), 'utf8');
    const before = await key();
    expect(await flits('keys', 'rotate', '--master')).toMatchObject({ ok: true, dry_run: true });
    expect(await key()).toBe(before);
    expect(await flits('keys', 'rotate', '--master', '--yes')).toMatchObject({ ok: true, dry_run: false });
    expect(await key()).not.toBe(before);
    expect(await flits('doctor')).toMatchObject({ ok: true });
  });

  it('nothing of a person lies in a folder that a backup would take with the keys', async () => {
    const { rows } = await asSuper((client) =>
      client.query<{ rolsuper: boolean }>(`SELECT rolsuper FROM pg_roles WHERE rolname IN ('flits_app', 'flits_owner')`),
    );
    expect(rows).toEqual([{ rolsuper: false }, { rolsuper: false }]);
    expect((await readdir(join(home, 'buckets/flits-vault/hours'))).length).toBeGreaterThan(10);
    expect(await readdir(join(home, 'buckets/flits'))).not.toContain('hours');
  });

  /** deploy/postgres/10-roles.sql as psql would run it, in place of the roles that the embedded server made for itself. */
  async function makeRoles(): Promise<void> {
    const variables = new Map<string, string>();
    const lines = readProjectFile('deploy/postgres/10-roles.sql').split('\n');
    for (const line of lines) {
      const [, name, file] = /^\\set (\w+) `cat (\S+)`$/.exec(line) ?? [];
      if (name && file) variables.set(name, (await readFile(here(file), 'utf8')).trim());
    }
    const sql = lines
      .filter((line) => !/^(?:\\|--)/.test(line))
      .join('\n')
      .replaceAll(/:'(\w+)'/g, (_, name: string) => pg.escapeLiteral(variables.get(name) ?? ''));
    await asSuper(async (client) => {
      await client.query('DROP DATABASE flits');
      for (const statement of ['DROP ROLE flits_app', 'DROP ROLE flits_owner', ...sql.split(';').filter((part) => part.trim())])
        await client.query(statement);
    });
  }

  async function asSuper<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const url = Object.assign(new URL(postgres.superUrl.reveal()), { pathname: '/postgres' });
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
});

/** One container's process. */
class Node {
  #child?: ChildProcess;
  #said = '';
  isReady = false;

  constructor(
    readonly role: string,
    readonly environment: Readonly<Record<string, string>>,
    private readonly app: string,
    private readonly user: { uid?: number; gid?: number },
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.environment.PORT}`;
  }

  async start(): Promise<void> {
    const child = spawn('node', ['dist/src/main.js'], { cwd: this.app, env: this.environment, ...this.user });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    await until(
      `a ready ${this.role}`,
      () => {
        if (child.exitCode !== null) throw new Error(`${this.role} ended at its start:\n${this.#said}`);
        return fetch(`${this.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      120_000,
    );
    this.isReady = true;
  }

  /** As `docker compose` stops it. @returns its status */
  async stop(): Promise<number | null> {
    const child = this.#child;
    this.isReady = false;
    if (!child || child.exitCode !== null) return child?.exitCode ?? null;
    child.kill('SIGTERM');
    await once(child, 'exit');
    return child.exitCode;
  }
}
