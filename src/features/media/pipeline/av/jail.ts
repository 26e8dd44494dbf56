import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MediaRejected } from '../../media-rejected.js';
import { CHILD_MEMORY_KIB } from './limits.js';
import type { WorkspaceOwner } from './workspaces.js';

const NOBODY: WorkspaceOwner = { uid: 65534, gid: 65534 };
const SETPRIV = '/usr/bin/setpriv';
/** In blocks of 512 bytes: several times what may come out. */
const MAX_FILE_BLOCKS = 200_000;
/** ffprobe writes 80 bytes a packet: those of the longest clip taken twenty times over. */
const MAX_STDOUT = 16 * 1024 * 1024;
const TRIAL_MS = 10_000;

export interface JailedRun {
  /** Working directory: the workspace, and all it may know. */
  readonly folder: string;
  /** Wall clock; CPU time is limited to four times that, over all threads. */
  readonly killAfterMs: number;
}

/**
 * Runs a program on a hostile file: as nobody where this process may become that, without an environment, in a process group of
 * its own, with limits on memory, CPU, file size and wall clock; killed as a group, and with this process, however that ends
 * (Linux). What it complains of is not read: it would be words of the file.
 */
export class Jail {
  readonly #stop = new AbortController();

  private constructor(
    readonly owner: WorkspaceOwner | undefined,
    /** Children keep root's rights: nobody could not run them. */
    readonly isOpen = false,
  ) {}

  /** Tries whether nobody can run the programs: they may lie below a closed home. */
  static async open(programs: readonly string[]): Promise<Jail> {
    if (process.getuid?.() !== 0) return new Jail(undefined);
    const strict = new Jail(NOBODY);
    try {
      for (const program of programs) await strict.run(program, ['-version'], { folder: '/', killAfterMs: TRIAL_MS });
      return strict;
    } catch {
      return new Jail(undefined, true);
    }
  }

  /**
   * @returns what it wrote to stdout
   * @throws Error after `stop`
   * @throws MediaRejected `damaged` where it refused the file, `poison` where it died of it, `too_slow` where it had to be killed
   */
  async run(program: string, args: readonly string[], { folder, killAfterMs }: JailedRun): Promise<Buffer> {
    this.#stop.signal.throwIfAborted();
    const script = `${limits(killAfterMs)}; exec nice -n 5 "$@"`;
    const [command = '/bin/sh', ...line] = [...this.#privileges(), '/bin/sh', '-c', script, 'sh', program, ...args];
    const child = spawn(command, line, {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: folder, TMPDIR: folder, MALLOC_ARENA_MAX: '2' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      ...(existsSync(SETPRIV) ? {} : (this.owner ?? {})),
    });
    const stop = (): void => killGroup(child);
    this.#stop.signal.addEventListener('abort', stop);
    return ended(child, killAfterMs)
      .catch((error: unknown) => {
        this.#stop.signal.throwIfAborted(); // whatever it looks like, it was us
        throw error;
      })
      .finally(() => this.#stop.signal.removeEventListener('abort', stop));
  }

  /** Kills every child and starts no other. */
  stop(): void {
    this.#stop.abort(new Error('media programs are stopped: this process is ending'));
  }

  #privileges(): string[] {
    if (!existsSync(SETPRIV)) return [];
    const { owner } = this;
    const identity = owner
      ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all']
      : [];
    return [SETPRIV, ...identity, '--no-new-privs', '--pdeathsig=KILL'];
  }
}

/** One limit a call, as POSIX shells take them; a system that does not know one goes on with the others. */
function limits(killAfterMs: number): string {
  const cpuSeconds = Math.ceil(killAfterMs / 1000) * 4;
  return ['-c 0', `-t ${cpuSeconds}`, `-v ${CHILD_MEMORY_KIB}`, `-f ${MAX_FILE_BLOCKS}`]
    .map((limit) => `ulimit ${limit} 2>/dev/null`)
    .join('; ');
}

function ended(child: ChildProcess, killAfterMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let killedFor: 'too_slow' | 'damaged' | undefined;
  const kill = (reason: 'too_slow' | 'damaged'): void => {
    killedFor ??= reason;
    killGroup(child);
  };
  const timer = setTimeout(() => kill('too_slow'), killAfterMs);
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_STDOUT) kill('damaged');
    else chunks.push(chunk);
  });
  return new Promise<Buffer>((resolve, reject) => {
    child.once('error', (error) => reject(new Error('a media program did not start', { cause: error })));
    child.once('close', (code, signal) => {
      if (killedFor) reject(new MediaRejected(killedFor));
      else if (signal) reject(new MediaRejected(signal === 'SIGXCPU' ? 'too_slow' : 'poison'));
      else if (code === 0) resolve(Buffer.concat(chunks));
      else reject(code === 126 || code === 127 ? new Error(`a media program could not be run (${code})`) : new MediaRejected('damaged'));
    });
  }).finally(() => clearTimeout(timer));
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
