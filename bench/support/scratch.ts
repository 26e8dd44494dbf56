import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, startMark } from '../../src/embedded/index.js';

/** What a bench holds, given back in reverse whether it succeeds, fails or is interrupted. */
export class Scratch {
  readonly #undo: (() => Promise<unknown>)[] = [];
  #ending?: Promise<void>;

  /** Runs `work` and gives everything back; Ctrl-C and SIGTERM do the same and then end the process. */
  static async with(work: (scratch: Scratch) => Promise<void>): Promise<void> {
    const scratch = new Scratch();
    const stop = (signal: NodeJS.Signals) => void scratch.end().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      await work(scratch);
    } finally {
      await scratch.end();
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
  }

  /** @returns `thing`, for one line at the caller */
  keep<T>(thing: T, giveBack: (thing: T) => Promise<unknown>): T {
    this.#undo.push(() => giveBack(thing));
    return thing;
  }

  /** A folder that is gone afterwards. Others may pass through it: PostgreSQL, which is not run as root, has its data below. */
  async folder(): Promise<string> {
    await (leftBehind ??= removeLeftBehind());
    const made = this.keep(await mkdtemp(join(tmpdir(), `flits-bench-${process.pid}-${mark(process.pid)}-`)), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    await chmod(made, 0o711);
    return made;
  }

  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    // What is waited for here may be unreferenced (PostgreSQL's process is): Node must not leave before it is gone.
    const staying = setInterval(() => undefined, 1000);
    for (const step of this.#undo.reverse()) {
      await step().catch((error: unknown) => process.stderr.write(`bench: something was left behind: ${(error as Error).message}\n`));
    }
    clearInterval(staying);
  }
}

let leftBehind: Promise<void> | undefined;

/** Folders of benches that were killed; their servers went with them. */
async function removeLeftBehind(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid, started] = /^flits-bench-(\d+)-(\w+)-/.exec(name) ?? [];
    if (!pid || (isAlive(Number(pid)) && mark(Number(pid)) === started)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** When a process started, fit for a file name: its number may be another's by now. */
function mark(pid: number): string {
  return (startMark(pid) ?? '0').replaceAll(/\W+/g, '_');
}
