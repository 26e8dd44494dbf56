// npm run bench -- <name> [arguments]: runs bench/<name>.ts; without a name, says which there are.
//
// Node 20 runs no TypeScript, and a loader inside the measured processes would be measured with them. So bench/ and the
// sources are compiled by swc into dist-bench/ (types unchecked: `npm run lint` and `npm run build` check them), the same
// tree below it, and plain Node runs dist-bench/bench/<name>.js from the project's folder.
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureInstalled } from './ensure.mjs';
import { giveUp, root, say } from './lib/root.mjs';

const OUT = join(root, 'dist-bench');
const FOLDERS = ['src', 'migrations', 'bench'];

const [name, ...rest] = process.argv.slice(2);
const names = (await readdir(join(root, 'bench'))).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
if (!names.includes(name)) giveUp('npm run bench -- <name>, where the name is one of:', ...names.map((each) => `  ${each}`));

await ensureInstalled();
await compile();
const child = spawn(process.execPath, [join(OUT, 'bench', `${name}.js`), ...rest], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the bench by itself; it cleans up before it ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => (process.exitCode = code ?? 1));

async function compile() {
  const { transform } = await import('@swc/core');
  const { toEsm } = await import('./lib/swc-options.mjs');
  const started = performance.now();
  const sources = [];
  for (const folder of FOLDERS) {
    for (const entry of await readdir(join(root, folder), { recursive: true })) {
      if (/(?<!\.spec|\.d)\.ts$/.test(entry)) sources.push(join(folder, entry));
    }
  }
  const outputs = new Set();
  await Promise.all(
    sources.map(async (source) => {
      const filename = join(root, source);
      const output = join(OUT, source.replace(/\.ts$/, '.js'));
      outputs.add(output);
      const { code } = await transform(await readFile(filename, 'utf8'), { ...toEsm, filename });
      await mkdir(dirname(output), { recursive: true });
      await writeFile(output, code);
    }),
  );
  // In place, because another bench may run; only what has no source any more goes.
  for (const entry of await readdir(OUT, { recursive: true })) {
    const path = join(OUT, entry);
    if (path.endsWith('.js') && !outputs.has(path)) await rm(path);
  }
  say(`Compiled ${sources.length} files in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
