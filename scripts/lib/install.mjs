import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { giveUp, root, say } from './root.mjs';

const STAMP = `${root}node_modules/.flits-installed`;
const NETWORK = /ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ERR_SOCKET_TIMEOUT|EINTEGRITY|\bE5\d\d\b|network/i;

/** Sees to it that this Node is new enough and that node_modules is what package-lock.json says. */
export async function ensureInstalled() {
  checkNode();
  if (isStamped()) return;
  await withLock('install', async () => {
    if (isStamped()) return;
    if (!matchesLockfile()) await install();
    writeFileSync(STAMP, wanted());
  });
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  giveUp(
    `Flits needs Node ${major}.${minor} or newer; this is ${process.versions.node}. Install a newer Node from https://nodejs.org and try again.`,
  );
}

function wanted() {
  const lockfile = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  return `${lockfile} ${process.platform}-${process.arch}\n`;
}

function isStamped() {
  try {
    return readFileSync(STAMP, 'utf8') === wanted();
  } catch {
    return false;
  }
}

/** Whether somebody's own `npm ci` did it: npm writes down what it installed, at the end. */
function matchesLockfile() {
  try {
    const installed = JSON.parse(readFileSync(`${root}node_modules/.package-lock.json`, 'utf8')).packages;
    const locked = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;
    return Object.entries(locked).every(
      ([path, entry]) => path === '' || installed[path]?.version === entry.version || (entry.optional && !installed[path]),
    );
  } catch {
    return false;
  }
}

async function install() {
  const started = performance.now();
  say('Installing what Flits needs (npm ci; a minute or less) …');
  let result = await npmCi();
  if (result.code !== 0 && NETWORK.test(result.output)) {
    say('The download was cut short; trying once more …');
    result = await npmCi();
  }
  if (result.code !== 0)
    giveUp(result.output.trim(), '', `npm ci failed (exit ${result.code}); its words are above. \`npm ci\` by hand shows more.`);
  say(`Installed in ${Math.round((performance.now() - started) / 1000)} s.`);
}

/** The npm that runs us, if one does; the build needs the development packages whatever NODE_ENV says. */
function npmCi() {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: !npm && process.platform === 'win32',
  });
  return new Promise((resolve) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ code: 1, output: `npm does not start: ${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
