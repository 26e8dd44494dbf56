import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** A Redis of a test's own, to be emptied and killed. Needs `redis-server`, which `npm run test:services` makes sure of. */
export class OwnRedis {
  #child?: ChildProcess;

  private constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly writesDown: boolean,
  ) {}

  /** @param folder where it writes down everything it is told (AOF); without one it keeps all of it in memory */
  static async start(folder?: string): Promise<OwnRedis> {
    const own = folder ?? (await mkdtemp(join(tmpdir(), 'flits-redis-')));
    const redis = new OwnRedis(await freePort(), own, folder !== undefined);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      this.folder,
      '--maxmemory-policy',
      'noeviction',
      '--appendonly',
      this.writesDown ? 'yes' : 'no',
    ];
    this.#child = spawn(process.env.REDIS_SERVER ?? 'redis-server', args, { stdio: 'ignore' });
    await until('answering Redis', () => this.#ask((client) => client.ping()).then(Boolean, () => false));
  }

  async empty(): Promise<void> {
    await this.#ask((client) => client.flushall());
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #ask<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { retryStrategy: () => null, lazyConnect: true });
    client.on('error', () => undefined); // the call rejects
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  }
}
