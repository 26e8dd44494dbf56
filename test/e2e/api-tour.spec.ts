import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestFlits } from '../support/flits.js';

const ROOT = join(__dirname, '../..');
const tour = readFileSync(join(ROOT, 'docs/api-tour.md'), 'utf8');
const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);

describe('docs/api-tour.md', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  // A fresh machine may have Node alone; CI has both.
  (hasTools ? it : it.skip)(
    'works as it says, command by command, in bash with curl',
    async () => {
      const blocks = [...tour.matchAll(/```sh\n(.*?)```/gs)].map(([, block], n) => `BLOCK=${n + 1}\n${block}`);
      expect(blocks.length).toBeGreaterThan(15);
      const script = ['trap \'echo "in block $BLOCK, line: $BASH_COMMAND" >&2\' ERR', ...blocks, 'echo "The tour is over."'].join('\n');
      const shell = spawn('bash', ['-eEuo', 'pipefail', '-c', script], { cwd: ROOT, env: { ...process.env, FLITS: flits.url } });
      const said = { out: '', err: '' };
      shell.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
      shell.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
      const [code] = (await once(shell, 'close')) as [number];
      expect([code, said.err.trim()]).toEqual([0, '']);
      expect(said.out).toMatch(/The tour is over\.\n$/);
    },
    60_000,
  );
});
