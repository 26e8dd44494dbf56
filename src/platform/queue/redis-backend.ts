import { Queue, Worker, type Processor, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Secret } from '../config/index.js';
import type { Log } from '../observability/index.js';
import { closeRedis, connectRedis } from '../redis/index.js';
import { EVENTS_KEPT, type QueueBackend } from './queue-backend.js';

/** In braces: a Redis Cluster keeps all keys of the queues in one slot, as BullMQ's scripts need. */
const PREFIX = '{flits}';
const START_MS = 3000;

/**
 * Jobs in Redis, keys `{flits}:<queue>:…`; finished jobs are removed at once, failed ones kept up to a number, events
 * trimmed, so that every key is bounded. Producers fail fast, workers wait for the connection to come back.
 */
export class RedisBackend implements QueueBackend {
  readonly #producer: Redis;
  #consumer?: Redis;

  constructor(
    private readonly url: Secret,
    private readonly log: Log,
  ) {
    this.#producer = connectRedis(url, { name: 'queue-add', failFast: true }, log);
  }

  async check(): Promise<void> {
    await ready(this.#producer);
    const info = await this.#producer.info('memory');
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new Error(`Redis runs with maxmemory-policy ${policy}, which may throw away waiting jobs: set maxmemory-policy to noeviction.`);
    }
  }

  async isUp(): Promise<boolean> {
    return this.#producer.ping().then(
      () => true,
      () => false,
    );
  }

  queue(name: string): Queue {
    return new Queue(name, { connection: this.#producer, prefix: PREFIX, streams: { events: { maxLen: EVENTS_KEPT } } });
  }

  worker(name: string, process: Processor, options: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker {
    this.#consumer ??= connectRedis(this.url, { name: 'queue-work', failFast: false }, this.log);
    return new Worker(name, process, { ...options, connection: this.#consumer, prefix: PREFIX });
  }

  async close(): Promise<void> {
    await closeRedis(this.#producer);
    if (this.#consumer) await closeRedis(this.#consumer);
  }
}

/** The producer has no offline queue, so the start waits for its connection here, and says so where there is none. */
function ready(client: Redis): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      client.off('ready', onReady);
      reject(new Error(`Redis (REDIS_URL) did not answer within ${START_MS / 1000} s.`));
    }, START_MS);
    const onReady = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.once('ready', onReady);
  });
}
