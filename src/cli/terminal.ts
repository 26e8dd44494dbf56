import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: results to `out`, progress and errors to `err`, so that `> file` holds results alone. */
export class Terminal {
  constructor(
    private readonly out: Writable,
    private readonly err: Writable,
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
}
