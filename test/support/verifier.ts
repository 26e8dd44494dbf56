import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '../../packages/flits-verify/cli.mjs');

/** flits-verify as people run it: a process, files, an exit status and words. */
export class Verifier {
  #files = 0;

  private constructor(private readonly folder: string) {}

  static async create(): Promise<Verifier> {
    return new Verifier(await mkdtemp(join(tmpdir(), 'flits-verify-')));
  }

  /** Saves what somebody would have downloaded. @returns its path */
  async file(content: string | object): Promise<string> {
    const path = join(this.folder, `file-${(this.#files += 1)}`);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  run(...args: string[]): Promise<{ status: number; words: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
        resolve({ status: error ? Number(error.code) : 0, words: stdout + stderr });
      });
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface Lies {
  readonly leaves: readonly string[];
  readonly note: string;
  readonly key: string;
  /** What the head says when it is asked for again. */
  readonly secondNote?: string;
  /** A position that the answers leave out. */
  readonly gap?: number;
}

/** A log served by somebody who may lie: the leaves and the heads they are given, nothing checked. */
export class LyingLog {
  #heads = 0;

  private constructor(
    private readonly server: Server,
    private readonly lies: Lies,
  ) {}

  static async serve(lies: Lies): Promise<LyingLog> {
    const server = createServer();
    const log = new LyingLog(server, lies);
    server.on('request', (request, response) => response.end(log.#answer(new URL(request.url ?? '/', 'http://localhost'))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return log;
  }

  #answer({ pathname, searchParams }: URL): string {
    const { leaves, note, secondNote, key, gap } = this.lies;
    const [from, to] = ['from', 'to'].map((name) => Number(searchParams.get(name)));
    if (pathname === '/v1/server') return JSON.stringify({ log_keys: [{ key }], limits: { log_publish_seconds: 2 } });
    if (pathname === '/v1/log/checkpoint') return (this.#heads += 1) > 1 ? (secondNote ?? note) : note;
    if (pathname !== '/v1/log/leaves') return '';
    const items = leaves.map((leaf, position) => ({ position, leaf })).filter(({ position }) => position !== gap);
    return JSON.stringify({ items: items.slice(from, to) });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
