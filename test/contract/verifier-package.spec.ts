import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = join(__dirname, '../../packages/flits-verify');

/** Beside the `node` that runs this; a machine has npm with its Node. */
function npm(folder: string, ...args: string[]): string {
  return execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
}

describe('the package flits-verify', () => {
  it('is small, needs nothing but Node and holds no line of the server', () => {
    const files = readdirSync(SOURCE).filter((name) => name.endsWith('.mjs'));
    const imports = files.flatMap((name) =>
      [...readFileSync(join(SOURCE, name), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from!),
    );
    for (const from of imports) {
      const isOwn = files.some((name) => from === `./${name}`);
      expect([from, isOwn || (from.startsWith('node:') && builtinModules.includes(from.slice(5)))]).toEqual([from, true]);
    }
    const { dependencies } = JSON.parse(readFileSync(join(SOURCE, 'package.json'), 'utf8')) as { dependencies?: object };
    expect(dependencies).toBeUndefined();
  });

  it('installs from its tarball into an empty folder, without a network, and runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flits-verify-package-'));
    try {
      const [packed] = JSON.parse(npm(SOURCE, 'pack', '--json', '--pack-destination', folder)) as [
        { filename: string; files: { path: string }[] },
      ];
      expect(packed.files.map(({ path }) => path).sort()).toEqual([
        'README.md',
        'audit.mjs',
        'cli.mjs',
        'merkle.mjs',
        'package.json',
        'texts.mjs',
      ]);
      npm(folder, 'install', '--offline', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, join(folder, packed.filename));
      const bin = join(folder, 'node_modules/.bin/flits-verify');
      const run = (...args: string[]) => {
        try {
          return { status: 0, words: execFileSync(bin, args, { encoding: 'utf8', stdio: 'pipe' }) };
        } catch (error) {
          const { status, stderr } = error as { status: number; stderr: string };
          return { status, words: stderr };
        }
      };
      expect(run('--help')).toEqual({ status: 0, words: expect.stringContaining('flits-verify erased') as string });
      expect(run('erased')).toEqual({ status: 2, words: expect.stringContaining('flits-verify erased') as string });
      expect(run('accepted', join(folder, 'node_modules/flits-verify/package.json'), '--key', 'x').status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
