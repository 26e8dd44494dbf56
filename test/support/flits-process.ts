import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './until.js';

const root = join(__dirname, '../..');
const ensure = pathToFileURL(join(root, 'scripts/ensure.mjs')).href;

/** Starting takes two seconds; a machine that is busy with everything else takes its time. */
const PATIENCE_MS = 120_000;

/** Flits as a process of its own, as `npm start` runs it, to be killed. Call `FlitsProcess.build` first. */
export class FlitsProcess {
  #child?: ChildProcess;
  #output = '';
  #isClosed = true;

  /** @param entry what is run instead of the server's own main */
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly entry = join(root, 'dist/src/main.js'),
  ) {}

  /** Builds `dist` if a source has changed since. */
  static build(): void {
    execFileSync(process.execPath, ['--input-type=module', '-e', `await (await import('${ensure}')).ensureBuilt()`], {
      cwd: root,
      stdio: 'pipe',
    });
  }

  get url(): string {
    return `http://localhost:${this.environment.PORT}`;
  }

  get output(): string {
    return this.#output;
  }

  /** Starts it and waits until it is ready. @param crashAt the named point at which it will kill itself */
  async start(crashAt?: string): Promise<void> {
    const child = this.#spawn(crashAt);
    await until(
      'ready Flits',
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Flits ended at its start:\n${this.#output}`);
        return fetch(`${this.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      PATIENCE_MS,
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; it said:\n${this.#output}`);
    });
  }

  /** Starts it only to die at a point that lies on its way, such as in the sweep at its start. */
  async startAndCrash(crashAt: string): Promise<NodeJS.Signals | number | null> {
    this.#spawn(crashAt);
    return this.ended();
  }

  /** Another one with some settings of its own. */
  beside(overrides: Readonly<Record<string, string>>): FlitsProcess {
    return new FlitsProcess({ ...this.environment, ...overrides }, this.entry);
  }

  /** Starts what cannot start. @returns what it said */
  async fail(): Promise<string> {
    this.#spawn();
    const end = await this.ended();
    if (end === 0) throw new Error('Flits ended well where it should not have started');
    return `${this.#output}\n[ended with ${end}]`;
  }

  /** Resolves with the signal or code it ended with. */
  async ended(): Promise<NodeJS.Signals | number | null> {
    const child = this.#child;
    if (!child) return null;
    // `close`, not `exit`: what it said last has been read by then.
    if (!this.#isClosed) await once(child, 'close');
    return child.signalCode ?? child.exitCode;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<NodeJS.Signals | number | null> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.ended();
  }

  #spawn(crashAt?: string): ChildProcess {
    const child = spawn(process.execPath, [this.entry], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...this.environment, ...(crashAt && { CRASH_AT: crashAt }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child = child;
    this.#isClosed = false;
    child.once('close', () => (this.#isClosed = true));
    return child;
  }
}
