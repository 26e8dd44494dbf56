import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { WAIT_MS } from '../../src/app/await-services.js';
import { commands } from '../../src/cli/commands.js';
import { loadConfig, variables } from '../../src/platform/config/index.js';
import { readProjectFile, root } from '../support/project-file.js';

const FOLDER = 'deploy/kubernetes';

interface Container {
  readonly image: string;
  readonly command?: string[];
  readonly env?: { name: string; value: string }[];
  readonly envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly securityContext: { allowPrivilegeEscalation: boolean; readOnlyRootFilesystem: boolean };
  readonly [probe: `${string}Probe`]:
    { httpGet: { path: string; port: string }; periodSeconds?: number; failureThreshold?: number } | undefined;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec: {
    readonly replicas?: number;
    readonly minAvailable?: number;
    readonly selector: Record<string, unknown> & { matchLabels?: Record<string, string> };
    readonly ports?: { port: number; targetPort: string }[];
    readonly rules?: { http: { paths: { path: string; backend: { service: { name: string; port: { name: string } } } }[] } }[];
    readonly template: {
      readonly metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
      readonly spec: { containers: Container[]; securityContext: { runAsNonRoot: boolean }; terminationGracePeriodSeconds?: number };
    };
  };
}

const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const manifests = files.flatMap((name) =>
  parseAllDocuments(readProjectFile(`${FOLDER}/${name}`)).map((document) => document.toJS() as Manifest),
);
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const roles = ofKind('Deployment').map((manifest) => [manifest.metadata.name, manifest] as const);
const configMap = ofKind('ConfigMap')[0]?.data ?? {};
const container = (manifest: Manifest) => manifest.spec.template.spec.containers[0]!;

/** The secrets as README.md there makes them: names from its text, values of the right form. */
const readme = readProjectFile(`${FOLDER}/README.md`);
const SAMPLE: Record<string, string> = {
  DATABASE_URL: 'postgres://flits_app:a-long-password-1@postgres:5432/flits',
  DATABASE_OWNER_URL: 'postgres://flits_owner:a-long-password-2@postgres:5432/flits',
  REDIS_URL: 'redis://:a-long-password-3@redis:6379',
  S3_ACCESS_KEY_ID: 'flits',
  S3_SECRET_ACCESS_KEY: 'a-long-password-4',
  MASTER_KEY: Buffer.from('0f6a1c5e9b2d47830f6a1c5e9b2d4783f', 'latin1').subarray(0, 32).toString('base64'),
  LOG_SIGNING_KEY: Buffer.from('77ab01cd23ef45ab6789cd01ef23ab45f', 'latin1').subarray(0, 32).toString('base64'),
};
const secrets = new Map(
  [...readme.matchAll(/create secret generic (\S+)((?:.*\\\n)*.*)/g)].map(([, name = '', lines = '']) => [
    name,
    Object.fromEntries([...lines.matchAll(/--from-literal=(\w+)=/g)].map(([, key = '']) => [key, SAMPLE[key] ?? ''])),
  ]),
);

function environmentOf(manifest: Manifest): Record<string, string> {
  const { env = [], envFrom } = container(manifest);
  const sources = envFrom.map(({ configMapRef, secretRef }) => (configMapRef ? configMap : (secrets.get(secretRef?.name ?? '') ?? {})));
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  return [...sources, own].reduce((all, source) => ({ ...all, ...source }), { NODE_ENV: 'production', HOST: '0.0.0.0' });
}

describe('deploy/kubernetes', () => {
  it('has every file in its kustomization', () => {
    const { resources } = parse(readProjectFile(`${FOLDER}/kustomization.yaml`)) as { resources: string[] };
    expect(resources.toSorted()).toEqual(files.toSorted());
  });

  it('runs each role at least twice, with a disruption budget that leaves one', () => {
    expect(roles.map(([name]) => name).toSorted()).toEqual(['api', 'gateway', 'worker']);
    for (const [name, { spec }] of roles) {
      expect(spec.replicas).toBeGreaterThanOrEqual(2);
      const budget = ofKind('PodDisruptionBudget').find(({ metadata }) => metadata.name === name);
      expect(budget?.spec.minAvailable).toBe(1);
      expect(spec.template.metadata.labels).toMatchObject(budget?.spec.selector.matchLabels ?? { missing: 'budget' });
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels ?? {});
    }
  });

  it.each(roles)('%s: gives a configuration that production accepts, of variables that exist', (name, manifest) => {
    const environment = environmentOf(manifest);
    expect(Object.keys(environment).filter((variable) => !(variable in variables))).toEqual([]);
    const config = loadConfig(environment);
    expect(config).toMatchObject({ ROLE: name, NODE_ENV: 'production' });
    const ports = Object.fromEntries((container(manifest).ports ?? []).map((port) => [port.name, port.containerPort]));
    expect(ports).toEqual({ http: config.PORT, admin: config.ADMIN_PORT });
    expect(manifest.spec.template.metadata.annotations?.['prometheus.io/port']).toBe(String(config.ADMIN_PORT));
  });

  it.each(roles)('%s: asks for health paths that are routes, and has time to drain', (_, manifest) => {
    const { paths } = JSON.parse(readProjectFile('contract/openapi.json')) as { paths: Record<string, object> };
    const probes = { startupProbe: '/livez', livenessProbe: '/livez', readinessProbe: '/readyz' } as const;
    for (const [probe, path] of Object.entries(probes)) {
      expect(container(manifest)[probe as keyof typeof probes]?.httpGet).toEqual({ path, port: 'http' });
      expect(paths[path]).toHaveProperty('get');
    }
    // It waits for its services by itself, and says which one did not come.
    const { periodSeconds = 10, failureThreshold = 3 } = container(manifest).startupProbe ?? {};
    expect(periodSeconds * failureThreshold * 1000).toBeGreaterThan(1.5 * WAIT_MS);
    // DRAIN_MS of jobs, and what comes after it.
    expect(manifest.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
  });

  it('R34: the owner of the database is known to `migrate` alone, and no secret stands in a manifest', () => {
    const holders = manifests.filter((manifest) => JSON.stringify(manifest).includes('flits-owner'));
    expect(holders.map(({ metadata }) => metadata.name)).toEqual(['migrate']);
    expect(secrets.get('flits-owner')).toHaveProperty('DATABASE_OWNER_URL');
    expect(secrets.get('flits')).not.toHaveProperty('DATABASE_OWNER_URL');
    expect(Object.keys(configMap).filter((name) => /KEY|SECRET|PASSWORD|_URL$/.test(name) && name !== 'PUBLIC_URL')).toEqual([]);
    const [migrate] = ofKind('Job');
    expect(loadConfig(environmentOf(migrate!)).DATABASE_OWNER_URL).toBeDefined();
    const [, file = '', command] = container(migrate!).command ?? [];
    expect(commands.map(({ name }) => name)).toContain(command);
    expect(existsSync(join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it('runs nothing as root, and writes to memory alone', () => {
    for (const manifest of [...ofKind('Deployment'), ...ofKind('Job')]) {
      expect(manifest.spec.template.spec.securityContext.runAsNonRoot).toBe(true);
      expect(container(manifest).securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
    }
  });

  it('sends sockets and long polls to the gateway; the admin port has no way in', () => {
    const paths = ofKind('Ingress')
      .flatMap(({ spec }) => spec.rules ?? [])
      .flatMap(({ http }) => http.paths);
    const routes = Object.fromEntries(paths.map(({ path, backend }) => [path, backend.service.name]));
    expect(routes).toEqual({ '/v1/realtime': 'gateway', '/v1/events': 'gateway', '/': 'api' });
    const services = ofKind('Service');
    expect(services.map(({ metadata }) => metadata.name).toSorted()).toEqual(['api', 'gateway']);
    for (const { spec } of services) expect(spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
  });
});
