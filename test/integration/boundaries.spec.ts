import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Each rule of .dependency-cruiser.cjs, with an import that it must refuse: [rule, from, to]. */
const planted: [string, string, string][] = [
  ['no-cycles', 'src/platform/ids/ring-a.ts', './ring-b.js'],
  ['resolvable', 'src/platform/ids/lost.ts', './nowhere.js'],
  ['platform-knows-no-feature', 'src/platform/clock/clock.ts', '../../features/people/index.js'],
  ['features-meet-at-the-front-door', 'src/features/snaps/sending.ts', '../people/people.service.js'],
  ['rank-0-imports-downward', 'src/features/ledger/upward.ts', '../expiry/index.js'],
  ['rank-1-imports-downward', 'src/features/expiry/upward.ts', '../people/index.js'],
  ['rank-2-imports-downward', 'src/features/people/upward.ts', '../friends/index.js'],
  ['rank-3-imports-downward', 'src/features/friends/sideways.ts', '../media/index.js'],
  ['rank-4-imports-downward', 'src/features/snaps/upward.ts', '../realtime/index.js'],
  ['rank-5-imports-downward', 'src/features/realtime/sideways.ts', '../admin/index.js'],
  ['every-feature-has-a-rank', 'src/app/uses-unranked.ts', '../features/likes/index.js'],
  ['core-knows-no-transport', 'src/features/snaps/fast.ts', 'fastify'],
  ['core-knows-no-transport', 'src/features/snaps/nest.ts', '@nestjs/platform-fastify'],
  ['core-knows-no-transport', 'src/features/snaps/sockets.ts', 'ws'],
  ['core-knows-no-transport', 'src/features/snaps/queues.ts', 'bullmq'],
  ['core-knows-no-edge', 'src/features/snaps/calls-up.ts', './http/snaps.controller.js'],
  ['app-is-the-top', 'src/features/snaps/knows-app.ts', '../../app/all.module.js'],
  ['nothing-knows-the-command-line', 'src/features/snaps/knows-cli.ts', '../../cli/main.js'],
  ['embedded-is-one-choice', 'src/features/snaps/embedded.ts', '../../embedded/index.js'],
  ['embedded-needs-little', 'src/embedded/greedy.ts', '../platform/clock/clock.js'],
  ['migrations-stand-alone', 'migrations/1-make.ts', '../src/platform/clock/clock.js'],
  ['no-test-code-in-the-product', 'src/platform/ids/tested.ts', '../../../test/support/postgres.js'],
  ['no-development-package-in-the-product', 'src/platform/ids/checked.ts', 'fast-check'],
];

/** Imports that the rules must let through. */
const allowed: [string, string][] = [
  ['src/main.ts', './app/all.module.js'],
  ['src/app/all.module.ts', '../embedded/index.js'],
  ['src/cli/main.ts', '../app/all.module.js'],
  ['src/app/all.module.ts', '../features/snaps/index.js'],
  ['src/features/snaps/http/snaps.controller.ts', 'fastify'],
  ['src/features/snaps/snaps.module.ts', './http/snaps.controller.js'],
  ['src/features/snaps/index.ts', './snaps.module.js'],
  ['src/features/snaps/snaps.service.ts', '../people/index.js'],
  ['src/features/snaps/snaps.service.ts', '../../platform/clock/clock.js'],
  ['src/embedded/index.ts', '../platform/config/index.js'],
];

/** Files that stand there to be imported, so that nothing but the rule in question has a reason to complain. */
const inert = [
  ...['people', 'friends', 'media', 'realtime', 'admin', 'likes', 'expiry'].map((feature) => `src/features/${feature}/index.ts`),
  ...['src/features/people/people.service.ts', 'src/platform/config/index.ts', 'test/support/postgres.ts'],
];

const packages = { dependencies: ['fastify', '@nestjs/platform-fastify', 'ws', 'bullmq'], devDependencies: ['fast-check'] };

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

let tree: string;
let violations: Violation[];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'flits-boundaries-'));
  const files = new Map<string, string>(inert.map((path) => [path, 'export {};\n']));
  for (const [from, to] of [...planted.map(([, from, to]) => [from, to] as const), ...allowed]) {
    files.set(from, `${files.get(from) ?? ''}import '${to}';\n`);
  }
  files.set('src/platform/ids/ring-b.ts', "import './ring-a.js';\n");
  for (const name of [...packages.dependencies, ...packages.devDependencies]) {
    files.set(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    files.set(`node_modules/${name}/index.js`, '');
  }
  const versions = (names: string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const { dependencies, devDependencies } = packages;
  files.set('package.json', JSON.stringify({ dependencies: versions(dependencies), devDependencies: versions(devDependencies) }));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json']) files.set(name, await readFile(join(process.cwd(), name), 'utf8'));
  for (const [path, text] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  violations = await cruise();
});

afterAll(() => rm(tree, { recursive: true, force: true }));

function cruise(): Promise<Violation[]> {
  const program = join(process.cwd(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, '--output-type', 'json', 'src', 'migrations'], { cwd: tree, maxBuffer: 1e8 }, (error, stdout) => {
      // Violations are counted in the exit code.
      if (!stdout.startsWith('{')) reject(new Error('dependency-cruiser said nothing', { cause: error }));
      else resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
    });
  });
}

it.each(planted)('%s refuses %s → %s', (rule, from) => {
  const found = violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name);
  expect(found).toEqual([rule]);
});

it('lets imports through that run the right way', () => {
  const froms = new Set(planted.map(([, from]) => from).concat('src/platform/ids/ring-b.ts'));
  expect(violations.filter((violation) => !froms.has(violation.from))).toEqual([]);
});

it('plants a violation of every rule', () => {
  const config = createRequire(join(process.cwd(), 'package.json'))('./.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
  expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
});
