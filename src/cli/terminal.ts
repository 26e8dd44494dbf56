import { SingleBar } from 'cli-progress';
import type { Readable, Writable } from 'node:stream';

type MaybeTty = Writable & { readonly isTTY?: boolean };

/** How far long work has come. */
export interface Progress {
  /** One more is done, of so many. */
  step(of: number): void;
  /** Call it whatever becomes of the work. */
  end(): void;
}

/** Where a command reads and writes: results to `out`, progress and errors to `err`, so that `> file` holds results alone. */
export class Terminal {
  constructor(
    private readonly out: Writable,
    private readonly err: MaybeTty,
    readonly input: Readable,
  ) {}

  static ofProcess(): Terminal {
    return new Terminal(process.stdout, process.stderr, process.stdin);
  }

  answer(text: string): void {
    this.out.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Progress, or what went wrong. */
  say(text: string): void {
    this.err.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** A line that the next one replaces; nothing where nobody is watching. Empty words clear it. */
  showInPlace(words: string): void {
    if (this.err.isTTY) this.err.write(`\r${words}\x1b[K`);
  }

  /** A bar on `err` where somebody is watching; silent otherwise. @param words what is counted */
  progress(words: string): Progress {
    const bar = new SingleBar({
      stream: this.err,
      format: `${words} [{bar}] {value}/{total}`,
      barCompleteChar: '#',
      barIncompleteChar: '.',
      hideCursor: true,
      clearOnComplete: true,
      // Signals are the command's own.
      gracefulExit: false,
    });
    let isStarted = false;
    const step = (of: number): void => {
      if (!isStarted) bar.start(of, 0);
      isStarted = true;
      bar.increment();
    };
    return { step, end: () => isStarted && bar.stop() };
  }
}
