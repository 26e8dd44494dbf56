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

/** A log served by somebody who may lie: the leaves and the head they are given, nothing checked. */
export class LyingLog {
  private constructor(private readonly server: Server) {}

  static async serve(log: { leaves: readonly string[]; note: string; key: string }): Promise<LyingLog> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const from = Number(url.searchParams.get('from'));
      const to = Number(url.searchParams.get('to'));
      const answers: Record<string, () => string> = {
        '/v1/server': () => JSON.stringify({ log_keys: [{ key: log.key }], limits: { log_publish_seconds: 2 } }),
        '/v1/log/checkpoint': () => log.note,
        '/v1/log/leaves': () =>
          JSON.stringify({ items: log.leaves.slice(from, to).map((leaf, offset) => ({ position: from + offset, leaf })) }),
      };
      response.end(answers[url.pathname]?.() ?? '');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LyingLog(server);
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
