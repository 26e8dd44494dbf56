import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { commands, groups } from '../../src/cli/commands.js';
import { runProgram } from '../../src/cli/program.js';
import { Terminal } from '../../src/cli/terminal.js';
import { objectName } from '../../src/features/expiry/index.js';
import { loadConfig, variables, type Config } from '../../src/platform/config/index.js';
import { Random } from '../../src/platform/ids/index.js';
import { HOUR_KEYS_PREFIX } from '../../src/platform/key-vault/index.js';
import { NEEDED_ACTIONS } from '../../src/platform/storage/index.js';
import { makeCertificate } from '../support/certificate.js';
import { interpolate, interpolations, readCompose, readEnvExample, readStages, type ComposeService } from '../support/packaging-files.js';
import { readProjectFile, root } from '../support/project-file.js';

const compose = readCompose();
const DAY_SECONDS = 86_400;
/** Ours; `init-secrets` comes before there is anything to configure. */
const flitsServices = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
/** Nothing is edited: what compose would interpolate is its defaults. */
const sample: Record<string, string> = {};
const image = readStages().at(-1) ?? [];

function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value, sample)]));
}

/** The volumes of secrets, filled by the command that compose runs for it. */
let volumes: string;
beforeAll(async () => {
  volumes = await mkdtemp(join(tmpdir(), 'flits-compose-'));
  const [, , ...words] = compose.services['init-secrets']?.command ?? [];
  const argv = words.map((word) => word.replace(/^\/run\//, `${volumes}/`));
  const terminal = new Terminal(new PassThrough(), new PassThrough(), new PassThrough());
  expect(await runProgram(argv, { commands, groups, version: '', terminal, environment: {} })).toBe(0);
});
afterAll(() => rm(volumes, { recursive: true, force: true }));

/** As a container has it: the image's ENV, then compose's; files lie in the volumes that it mounts. */
function configOf(service: ComposeService): Config {
  const env = image
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ rest }) => rest.split(' ').map((pair) => pair.split('=') as [string, string]));
  const mounted = (service.volumes ?? []).map((volume) => volume.split(':')[1] ?? '');
  const own = Object.entries(environmentOf(service)).map(([name, value]): [string, string] => {
    if (!name.endsWith('_FILE')) return [name, value];
    expect(mounted.some((folder) => value.startsWith(`${folder}/`))).toBe(true);
    return [name, value.replace(/^\/run\//, `${volumes}/`)];
  });
  return loadConfig({ ...Object.fromEntries(env), ...Object.fromEntries(own) });
}

/** `dist/x.js` is built from `x.ts`. */
function sourceOf(built: string): string {
  return join(root, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
}

/** Files of the volumes of secrets that a shell line reads. */
function filesIn(line: string): string[] {
  return [...line.matchAll(/\$\$\(cat \/run\/([\w/-]+)\)/g)].map(([, name = '']) => name);
}

/** `node <a file that the build makes> <a command that exists>` */
function expectCommand([program, file = '', ...words]: readonly string[]): void {
  expect([program, existsSync(sourceOf(file))]).toEqual(['node', true]);
  const line = words.join(' ');
  expect(commands.filter(({ name }) => line === name || line.startsWith(`${name} `))).toHaveLength(1);
}

const configured = flitsServices.filter(([name]) => name !== 'init-secrets');
const host = (url: string | undefined) => (url === undefined ? undefined : new URL(url).host);

describe('docker-compose.yml', () => {
  it('has the services that Flits needs, each from an image with a version', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'api',
      'dead-man-switch',
      'gateway',
      'init',
      'init-secrets',
      'migrate',
      'operator',
      'postgres',
      'proxy',
      'redis',
      'store',
      'store-user',
      'worker',
    ]);
    const foreign = Object.values(compose.services).filter(({ build }) => build === undefined);
    for (const { image } of foreign) expect(image).toMatch(/^[a-z0-9./-]+:v?\d[\d.]*$/);
    for (const [, service] of flitsServices) expect(service).toMatchObject({ image: 'flits', build: '.' });
  });

  it('runs each role twice, after what runs once', () => {
    const roles = flitsServices.filter(([, { environment = {} }]) => 'ROLE' in environment);
    expect(roles.map(([name, service]) => [name, environmentOf(service).ROLE, service.deploy?.replicas])).toEqual([
      ['api', 'api', 2],
      ['gateway', 'gateway', 2],
      ['worker', 'worker', 2],
    ]);
    for (const [, service] of roles) expect(Object.keys(service.depends_on ?? {}).sort()).toEqual(['init', 'migrate', 'redis']);
  });

  it('needs nothing to be edited: every name has a default', () => {
    expect([...interpolations(readProjectFile('docker-compose.yml'))].filter(([, { required }]) => required)).toEqual([]);
  });

  it.each(configured)('%s: gives a configuration that production accepts, of variables that exist', (_, service) => {
    expect(Object.keys(service.environment ?? {}).filter((name) => !(name.replace(/_FILE$/, '') in variables))).toEqual([]);
    expect(configOf(service)).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PUBLIC_URL: 'https://localhost' });
  });

  it('R34: the owner of the database is known to `migrate` alone, and to what an operator starts by hand', () => {
    const holders = Object.entries(compose.services).filter(([, { volumes = [] }]) =>
      volumes.some((volume) => volume.startsWith('owner:')),
    );
    expect(holders.map(([name]) => name).sort()).toEqual(['init-secrets', 'migrate', 'operator', 'postgres']);
    expect(
      Object.entries(compose.services)
        .filter(([, { profiles }]) => profiles)
        .map(([name]) => name),
    ).toEqual(['operator']);
    expect(configOf(compose.services.migrate!).DATABASE_OWNER_URL).toBeDefined();
    expect(configOf(compose.services.api!).DATABASE_OWNER_URL).toBeUndefined();
  });

  it('R34: the owner of the object store is known to it, and to what makes buckets and the application’s key', () => {
    const holders = Object.entries(compose.services).filter(([, { volumes = [] }]) =>
      volumes.some((volume) => volume.startsWith('store-owner:')),
    );
    expect(holders.map(([name]) => name).sort()).toEqual(['init', 'init-secrets', 'store', 'store-user']);
    expect(configOf(compose.services.init!).S3_OWNER_ACCESS_KEY_ID?.reveal()).not.toBe(
      configOf(compose.services.api!).S3_ACCESS_KEY_ID?.reveal(),
    );
    expect(configOf(compose.services.api!).S3_OWNER_ACCESS_KEY_ID).toBeUndefined();
  });

  it('R34: docs/operations.md says what the keys of the store and of Redis have to be able to do, as it is here', () => {
    const page = readProjectFile('docs/operations.md');
    expect(NEEDED_ACTIONS.filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
    const [, rules = ''] = / on ">[^"]*" (.*)$/.exec(compose.services.redis?.command?.at(-1)?.trim() ?? '') ?? [];
    expect(page).toContain(`\`${rules.replaceAll('"', '')}\``);
  });

  it('lets an operator put new keys in place, and nobody else', () => {
    const writers = Object.entries(compose.services).filter(([, { volumes = [] }]) => volumes.includes('secrets:/run/flits'));
    expect(writers.map(([name]) => name).sort()).toEqual(['init-secrets', 'operator']);
    expect(configOf(compose.services.operator!).DATABASE_OWNER_URL).toBeDefined();
  });

  it('points every URL at a service and at the port it listens on', () => {
    const { store } = compose.services;
    for (const [, service] of configured) {
      const config = configOf(service);
      expect(host(config.DATABASE_URL?.reveal())).toBe('postgres:5432');
      expect(host(config.REDIS_URL?.reveal())).toBe('redis:6379');
      expect(host(config.S3_ENDPOINT)).toBe(`store${store?.environment?.VGW_PORT}`);
      for (const bucket of [config.S3_BUCKET, config.S3_VAULT_BUCKET]) {
        expect(store?.volumes?.map((volume) => volume.split(':')[1])).toContain(`/buckets/${bucket}`);
      }
    }
    const start = store?.entrypoint?.at(-1) ?? '';
    expect(start).toMatch(/ posix \/buckets$/);
    expect(filesIn(start)).toEqual(['flits-store/access_key_id', 'flits-store/secret_access_key']);
    const read = Object.values(compose.services).flatMap((service) => filesIn(JSON.stringify(service)));
    expect(read).toEqual(expect.arrayContaining(['flits/redis_password', 'flits/s3_secret_access_key']));
    for (const name of read) expect([name, existsSync(join(volumes, name))]).toEqual([name, true]);
  });

  it('empties its store, which has no lifecycle rules, of what is mortal and nothing else, four days after it was written', async () => {
    const once = compose.services['dead-man-switch']?.entrypoint?.at(-1)?.match(/find .* -delete(?=;)/)?.[0] ?? '';
    const buckets = await mkdtemp(join(tmpdir(), 'flits-buckets-'));
    const hour = DAY_SECONDS / 24;
    const write = async (name: string, age: number) => {
      await mkdir(dirname(join(buckets, name)), { recursive: true });
      await writeFile(join(buckets, name), '');
      await utimes(join(buckets, name), Date.now() / 1000 - age, Date.now() / 1000 - age);
    };
    const mortal = [
      `flits/${objectName(1, new Random())}`,
      `flits/${objectName(1, new Random(), { incoming: true })}`,
      `flits-vault/${HOUR_KEYS_PREFIX}1`,
      'flits/.sgwtmp/multipart/a/1',
    ];
    const kept = ['flits/log/checkpoint', 'flits/reports/1-a', 'flits-vault/tombstones/a'];
    for (const name of [...mortal, ...kept]) await write(name, 4 * DAY_SECONDS + hour);
    for (const name of mortal) await write(`${name}-younger`, 4 * DAY_SECONDS - hour);
    await promisify(execFile)('/bin/sh', ['-c', once.replaceAll('/buckets', buckets)]);
    const left = (await readdir(buckets, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const names = left.map(({ parentPath, name }) => join(relative(buckets, parentPath), name));
    expect(names.sort()).toEqual([...kept, ...mortal.map((name) => `${name}-younger`)].sort());
    await rm(buckets, { recursive: true });
  });

  it('keeps ciphertext and keys on different volumes, and has a volume for each that is named', () => {
    const named = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const [folders, volumeNames] = [named.filter((name) => name.startsWith('./')), named.filter((name) => !name.startsWith('./'))];
    expect([...new Set(volumeNames)].sort()).toEqual(Object.keys(compose.volumes).sort());
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
  });

  it('loses no job: Redis keeps what it has and writes it down', () => {
    expect(compose.services.redis?.command?.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
  });

  it('waits for services that are there, in a state they can reach', () => {
    for (const { depends_on: waits = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(waits)) {
        const awaited = compose.services[name];
        if (condition === 'service_healthy') expect(awaited?.healthcheck?.test).toBeDefined();
        else if (condition === 'service_started') expect(name).toBe('store');
        else expect([condition, awaited?.restart]).toEqual(['service_completed_successfully', 'on-failure']);
      }
    }
  });

  it('starts what the build makes', () => {
    for (const [, { command }] of flitsServices) {
      if (command) expectCommand(command);
    }
    expect(compose.services.migrate?.command?.slice(2)).toEqual(['migrate']);
  });

  it('opens no port to the world but the proxy’s, which knows api, gateway and store; the admin port on loopback alone', () => {
    const open = Object.entries(compose.services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    const { PORT, ADMIN_PORT, ADMIN_HOST } = configOf(compose.services.api!);
    expect(open).toEqual([
      ['proxy', '80:80'],
      ['proxy', '443:443'],
      ['proxy', `127.0.0.1:${ADMIN_PORT}:${ADMIN_PORT}`],
    ]);
    expect(ADMIN_HOST).toBe('0.0.0.0');
    expect(readProjectFile('deploy/proxy/Caddyfile')).toContain(`http://:${ADMIN_PORT} {`);
    const upstreams = [...readProjectFile('deploy/proxy/Caddyfile').matchAll(/(?:dynamic a (\w+ \d+)|reverse_proxy (\S+:\d+))/g)].map(
      ([, copies, one]) => copies ?? one,
    );
    expect(upstreams).toEqual([
      `gateway ${PORT}`,
      `api ${PORT}`,
      `api ${ADMIN_PORT}`,
      `store${compose.services.store?.environment?.VGW_PORT}`,
    ]);
  });

  it('sends to the gateway the socket, which it alone serves, and the long polls, which would keep an api waiting', () => {
    const [, paths = ''] = /@events path (.+)/.exec(readProjectFile('deploy/proxy/Caddyfile')) ?? [];
    expect(paths.split(' ')).toEqual(['/v1/realtime', '/v1/events']);
    expect(readProjectFile('src/app/gateway.module.ts')).toContain('RealtimeModule');
    expect(readProjectFile('src/app/api.module.ts')).not.toContain('RealtimeModule');
    expect(readProjectFile('src/app/api.module.ts')).toContain('LongPollModule');
  });

  it('makes the roles of its URLs', () => {
    const sql = readProjectFile('deploy/postgres/10-roles.sql');
    const { DATABASE_URL, DATABASE_OWNER_URL } = configOf(compose.services.migrate!);
    for (const url of [DATABASE_URL, DATABASE_OWNER_URL]) {
      const { username, pathname } = new URL(url?.reveal() ?? '');
      expect(sql).toContain(`CREATE ROLE ${username} LOGIN PASSWORD`);
      expect(sql).toContain(`DATABASE ${pathname.slice(1)} `);
    }
    const read = [...sql.matchAll(/`cat \/run\/(\S+)`/g)].map(([, path = '']) => path);
    expect(read).toEqual(['flits-owner/database_owner_password', 'flits/database_app_password']);
    expect(read.filter((path) => !existsSync(join(volumes, path)))).toEqual([]);
    for (const folder of ['/run/flits', '/run/flits-owner'])
      expect(JSON.stringify(compose.services.postgres?.volumes)).toContain(`:${folder}:ro`);
  });
});

describe('Dockerfile', () => {
  const instruction = (wanted: string) => image.find(({ name }) => name === wanted)?.rest ?? '';

  it('runs on a Node that the project supports, not as root', () => {
    const bases = readStages().map(([from]) => /^node:(\d+)-\w+-slim/.exec(from?.rest ?? '')?.[1]);
    expect(bases).toEqual(['24', '24']);
    expect(instruction('USER')).toBe('node');
  });

  it('its user owns every folder that a volume of ours is written in: a volume begins as the folder below it', () => {
    const written = flitsServices.flatMap(([, { volumes = [] }]) =>
      volumes.flatMap((volume) => /^[\w-]+:([^:]+)$/.exec(volume)?.[1] ?? []),
    );
    const [, owned = ''] = image.map(({ rest }) => /^mkdir -p (.+) && chown node:node \1$/.exec(rest)).find(Boolean) ?? [];
    expect(owned.split(' ').sort()).toEqual([...new Set(written)].sort());
  });

  it('starts a file that the build makes, and asks for a health path that is a route', () => {
    const [command, file] = JSON.parse(instruction('CMD')) as [string, string];
    expect(command).toBe('node');
    expect(existsSync(sourceOf(file))).toBe(true);
    const [, path = ''] = /\}(\/\w+)`/.exec(instruction('HEALTHCHECK')) ?? [];
    const { paths } = JSON.parse(readProjectFile('contract/openapi.json')) as { paths: Record<string, object> };
    expect(paths[path]).toHaveProperty('get');
  });

  it('asks the port that is exposed and that the configuration has by default', () => {
    const { PORT } = loadConfig({});
    expect(instruction('EXPOSE')).toBe(String(PORT));
    expect(instruction('HEALTHCHECK')).toContain(`process.env.PORT ?? ${PORT}}`);
  });

  it('is healthy by plain HTTP and with TLS of its own, and not where nothing answers well', async () => {
    const [, check = ''] = /CMD (\[.+\])$/.exec(instruction('HEALTHCHECK')) ?? [];
    const [program = '', ...args] = JSON.parse(check) as string[];
    const files = await makeCertificate(volumes);
    const [cert, key] = await Promise.all([readFile(files.TLS_CERT), readFile(files.TLS_KEY)]);
    const answer = (status: number) => (_: IncomingMessage, response: ServerResponse) => void response.writeHead(status).end();
    const servers = { http: createServer(answer(200)), https: createTlsServer({ cert, key }, answer(200)), ill: createServer(answer(503)) };
    const statusOf = async (server: Server, environment: Record<string, string>): Promise<number | null> => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const child = spawn(program, args, { env: { PATH: process.env.PATH, PORT: String(port), ...environment }, stdio: 'ignore' });
      await once(child, 'exit');
      server.close();
      return child.exitCode;
    };
    expect(await statusOf(servers.http, {})).toBe(0);
    expect(await statusOf(servers.https, { TLS_CERT: files.TLS_CERT })).toBe(0);
    expect(await statusOf(servers.ill, {})).toBe(1);
  });

  it('sets variables that exist', () => {
    const names = image.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' ').map((pair) => pair.split('=')[0] ?? ''));
    expect(names.filter((name) => !(name in variables))).toEqual([]);
    expect(names).toEqual(['NODE_ENV', 'HOST']);
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const [build = []] = readStages();
    const sources = build.filter(({ name }) => name === 'COPY').flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    const allowed = [...readProjectFile('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);
    expect(sources.toSorted()).toEqual(allowed.toSorted());
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('.env.example', () => {
  const example = readEnvExample();
  const forCompose = interpolations(readProjectFile('docker-compose.yml'));

  it('names every variable of the code and of docker-compose.yml, and no other', () => {
    expect([...example.keys()].sort()).toEqual([...new Set([...Object.keys(variables), ...forCompose.keys()])].sort());
  });

  it('shows the defaults', () => {
    for (const [name, schema] of Object.entries(variables)) {
      const result = schema.safeParse(undefined);
      const fallback = result.success && result.data !== undefined ? String(result.data) : '';
      expect([name, example.get(name)]).toEqual([name, fallback]);
    }
  });

  it('R57: holds no secret', () => {
    const secrets = [...example.keys()].filter((name) => /PASSWORD|SECRET|KEY$/.test(name));
    expect(secrets.length).toBeGreaterThan(2);
    for (const name of secrets) {
      expect([name, example.get(name)]).toEqual([name, '']);
    }
  });
});
