import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands.js';
import { loadConfig, variables, type Config } from '../../src/platform/config/index.js';
import { interpolate, interpolations, readCompose, readEnvExample, readStages, type ComposeService } from '../support/packaging-files.js';
import { readProjectFile, root } from '../support/project-file.js';

const compose = readCompose();
const flitsServices = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const sample: Record<string, string> = {
  FLITS_DOMAIN: 'flits.example.org',
  MEDIA_DOMAIN: 'media.example.org',
  POSTGRES_PASSWORD: 'postgresSecret',
  DATABASE_OWNER_PASSWORD: 'ownerSecret',
  DATABASE_APP_PASSWORD: 'appSecret',
  REDIS_PASSWORD: 'redisSecret',
  S3_ACCESS_KEY_ID: 'flits',
  S3_SECRET_ACCESS_KEY: 'storeSecret',
  MASTER_KEY: Buffer.from('0f6a1c5e9b2d47830f6a1c5e9b2d4783f', 'latin1').subarray(0, 32).toString('base64'),
  LOG_SIGNING_KEY: Buffer.from('77ab01cd23ef45ab6789cd01ef23ab45f', 'latin1').subarray(0, 32).toString('base64'),
};
const image = readStages().at(-1) ?? [];

function environmentOf({ environment = {} }: ComposeService): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value, sample)]));
}

/** As a container has it: the image's ENV, then compose's. */
function configOf(service: ComposeService): Config {
  const env = image.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' ').map((pair) => pair.split('=') as [string, string]));
  return loadConfig({ ...Object.fromEntries(env), ...environmentOf(service) });
}

/** `dist/x.js` is built from `x.ts`. */
function sourceOf(built: string): string {
  return join(root, built.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
}

/** `node <a file that the build makes> <a command that exists>` */
function expectCommand([program, file = '', ...words]: readonly string[]): void {
  expect([program, existsSync(sourceOf(file))]).toEqual(['node', true]);
  expect(commands.map(({ name }) => name)).toContain(words.filter((word) => !word.startsWith('-')).join(' '));
}

const host = (url: string | undefined) => (url === undefined ? undefined : new URL(url).host);

describe('docker-compose.yml', () => {
  it('has the services that Flits needs, each from an image with a version', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'gateway', 'migrate', 'postgres', 'proxy', 'redis', 'store', 'worker']);
    const foreign = Object.values(compose.services).filter(({ build }) => build === undefined);
    for (const { image } of foreign) expect(image).toMatch(/^[a-z0-9./-]+:v?\d[\d.]*$/);
    for (const [, service] of flitsServices) expect(service).toMatchObject({ image: 'flits', build: '.' });
  });

  it('runs each role once', () => {
    const roles = flitsServices.filter(([name]) => name !== 'migrate').map(([name, service]) => [name, environmentOf(service).ROLE]);
    expect(roles).toEqual([
      ['api', 'api'],
      ['gateway', 'gateway'],
      ['worker', 'worker'],
    ]);
  });

  it.each(flitsServices)('%s: gives a configuration that production accepts, of variables that exist', (_, service) => {
    expect(Object.keys(service.environment ?? {}).filter((name) => !(name in variables))).toEqual([]);
    expect(configOf(service)).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PUBLIC_URL: 'https://flits.example.org' });
  });

  it('R34: the owner of the database is known to `migrate` alone', () => {
    const holders = Object.entries(compose.services).filter(([, { environment = {} }]) => JSON.stringify(environment).includes('OWNER_PASSWORD'));
    expect(holders.map(([name]) => name).sort()).toEqual(['migrate', 'postgres']);
  });

  it('points every URL at a service and at the port it listens on', () => {
    const { store } = compose.services;
    for (const [, service] of flitsServices) {
      const config = configOf(service);
      expect(host(config.DATABASE_URL?.reveal())).toBe('postgres:5432');
      expect(host(config.REDIS_URL?.reveal())).toBe('redis:6379');
      expect(host(config.S3_ENDPOINT)).toBe(`store${store?.environment?.VGW_PORT}`);
      for (const bucket of [config.S3_BUCKET, config.S3_VAULT_BUCKET]) {
        expect(store?.volumes?.map((volume) => volume.split(':')[1])).toContain(`${store?.command?.at(-1)}/${bucket}`);
      }
    }
    expect(store?.environment).toMatchObject({ ROOT_ACCESS_KEY: '${S3_ACCESS_KEY_ID:?}', ROOT_SECRET_KEY: '${S3_SECRET_ACCESS_KEY:?}' });
  });

  it('keeps ciphertext and keys on different volumes, and has a volume for each that is named', () => {
    const named = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const [folders, volumes] = [named.filter((name) => name.startsWith('./')), named.filter((name) => !name.startsWith('./'))];
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
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
        else expect([name, condition]).toEqual(name === 'migrate' ? ['migrate', 'service_completed_successfully'] : ['store', 'service_started']);
      }
    }
  });

  it('starts what the build makes', () => {
    for (const [, { command }] of flitsServices) {
      if (command) expectCommand(command);
    }
    expect(compose.services.migrate?.command?.slice(2)).toEqual(['migrate']);
  });

  it('opens no port to the world but the proxy, which knows api, gateway and store', () => {
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(open.map(([name]) => name)).toEqual(['proxy']);
    const upstreams = [...readProjectFile('deploy/proxy/Caddyfile').matchAll(/reverse_proxy (?:@\w+ )?(\S+)/g)].map(([, upstream]) => upstream);
    const { PORT } = configOf(compose.services.api!);
    expect(upstreams).toEqual([`gateway:${PORT}`, `api:${PORT}`, `store${compose.services.store?.environment?.VGW_PORT}`]);
  });

  it('sends to the gateway what only the gateway serves', () => {
    const [, paths = ''] = /@events path (.+)/.exec(readProjectFile('deploy/proxy/Caddyfile')) ?? [];
    expect(paths.split(' ')).toEqual(['/v1/realtime', '/v1/events']);
    expect(readProjectFile('src/app/gateway.module.ts')).toContain('RealtimeModule');
    expect(readProjectFile('src/app/api.module.ts')).not.toContain('RealtimeModule');
  });

  it('makes the roles of its URLs', () => {
    const sql = readProjectFile('deploy/postgres/10-roles.sql');
    const { environment = {} } = compose.services.migrate ?? {};
    for (const url of [environment.DATABASE_URL, environment.DATABASE_OWNER_URL]) {
      const { username, pathname } = new URL(interpolate(url ?? '', sample));
      expect(sql).toContain(`CREATE ROLE ${username} LOGIN PASSWORD`);
      expect(sql).toContain(`DATABASE ${pathname.slice(1)} `);
    }
    const asked = [...sql.matchAll(/^\\getenv \w+ (\w+)$/gm)].map(([, name]) => name);
    expect(Object.keys(compose.services.postgres?.environment ?? {})).toEqual(expect.arrayContaining(asked));
    expect(asked).toHaveLength(2);
  });
});

describe('Dockerfile', () => {
  const instruction = (wanted: string) => image.find(({ name }) => name === wanted)?.rest ?? '';

  it('runs on a Node that the project supports, not as root', () => {
    const bases = readStages().map(([from]) => /^node:(\d+)-\w+-slim/.exec(from?.rest ?? '')?.[1]);
    expect(bases).toEqual(['24', '24']);
    expect(instruction('USER')).toBe('node');
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

  it('R57: holds no secret, and compose refuses to start without one', () => {
    const secrets = [...example.keys()].filter((name) => /PASSWORD|SECRET|KEY$/.test(name));
    expect(secrets.length).toBeGreaterThan(6);
    for (const name of secrets) {
      expect([name, example.get(name)]).toEqual([name, '']);
      if (forCompose.has(name)) expect([name, forCompose.get(name)]).toEqual([name, { required: true }]);
    }
  });
});
