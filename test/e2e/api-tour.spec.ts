import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestFlits } from '../support/flits.js';
import { Person } from '../support/person.js';
import { readProjectFile } from '../support/project-file.js';

const ROOT = join(__dirname, '../..');
const tour = readFileSync(join(ROOT, 'docs/api-tour.md'), 'utf8');
const blocks = [...tour.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/** What the tour leaves out, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'GET /livez': 'for whoever runs the server: operations.md',
  'GET /readyz': 'for whoever runs the server: operations.md',
};

/** As `METHOD /path/{with}/{parameters}`. */
function operationsOfTheApi(): string[] {
  const { paths } = JSON.parse(readProjectFile('contract/openapi.json')) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
}

/** `METHOD /path` of every call, without its query; what is put in by the shell is a `$` and something. */
function callsOfTheTour(): string[] {
  const commands = blocks.join('\n').replaceAll(/\$\(pick [^()]*\)/g, '$_');
  const calls = [...commands.matchAll(/\b(?:call|refused \w+) ([A-Z]+) "?(\/[\w/.$-]*)/g)];
  return calls.map(([, method, path]) => `${method} ${path}`);
}

/** What the shell puts in is a parameter, and every parameter is put in by the shell. */
function isCallOf(operation: string, called: string): boolean {
  const [parts, asked] = [operation.split('/'), called.split('/')];
  return parts.length === asked.length && parts.every((part, at) => (part.startsWith('{') ? asked[at]?.includes('$') : part === asked[at]));
}

describe('docs/api-tour.md', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    const { d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    flits = await TestFlits.start({ VAPID_PRIVATE_KEY: d ?? '', VAPID_SUBJECT: 'mailto:tour@example.net' });
    // So that the public log has something to show.
    const [dora, eve] = await Person.friends(flits.url);
    await dora.sendText('from before', [eve]);
    await flits.publishLog();
  });
  afterAll(() => flits.stop());

  it('calls everything that openapi.json names, and nothing else', () => {
    const operations = operationsOfTheApi();
    const calls = callsOfTheTour();
    const forgotten = operations.filter((operation) => !calls.some((called) => isCallOf(operation, called)));
    expect(forgotten).toEqual(Object.keys(LEFT_OUT));
    expect(calls.filter((called) => !operations.some((operation) => isCallOf(operation, called)))).toEqual([]);
  });

  // A fresh machine may have Node alone; CI has both.
  (hasTools ? it : it.skip)('works as it says, command by command, in bash with curl', async () => {
    expect(blocks.length).toBeGreaterThan(15);
    const numbered = blocks.map((block, n) => `BLOCK=${n + 1}\n${block}`);
    const script = ['trap \'echo "in block $BLOCK, line: $BASH_COMMAND" >&2\' ERR', ...numbered, 'echo "The tour is over."'].join('\n');
    const shell = spawn('bash', ['-eEuo', 'pipefail', '-c', script], { cwd: ROOT, env: { ...process.env, FLITS: flits.url } });
    const said = { out: '', err: '' };
    shell.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
    shell.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
    const [code] = (await once(shell, 'close')) as [number];
    expect([code, said.err.trim()]).toEqual([0, '']);
    expect(said.out).toMatch(/The tour is over\.\n$/);
    expect(said.out).toContain('c2sp.org/tlog-proof'); // so the log had something to prove
  });
});
