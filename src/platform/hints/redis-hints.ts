import type { Redis } from 'ioredis';
import type { Secret } from '../config/index.js';
import { sparingly, type Log, type Metrics } from '../observability/index.js';
import { closeRedis, connectRedis } from '../redis/index.js';
import { Hearers } from './hearers.js';
import { Hints, type Hint } from './hints.js';
import { readHints, writeHints } from './wire.js';

const CHANNEL = 'flits:hints';
const FLUSH_MS = 3;
const MAX_BATCH = 256;
/** Batches that Redis has not answered yet. Beyond them it is too slow to be of help; rows are found without it. */
const MAX_UNDER_WAY = 64;
const LOG_EVERY_MS = 5000;

/**
 * Hints between processes: Redis pub/sub, one channel, batched for a few ms a process. Keeps nothing in Redis, and in memory
 * at most one batch waiting and `MAX_UNDER_WAY` unanswered. What cannot be published is dropped and counted; a subscriber
 * that lost its connection comes back by itself, and what was said meanwhile is found in the rows.
 */
export class RedisHints extends Hints {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #hearers: Hearers;
  readonly #report: (error: unknown) => void;
  #waiting: Hint[] = [];
  #underWay = 0;
  #timer?: NodeJS.Timeout;

  constructor(
    url: Secret,
    log: Log,
    private readonly metrics: Metrics,
  ) {
    super();
    this.#hearers = new Hearers(log, metrics);
    this.#report = sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'hints are lost; their rows are not'));
    this.#publisher = connectRedis(url, { name: 'hints-out', failFast: true }, log);
    this.#subscriber = connectRedis(url, { name: 'hints-in', failFast: false }, log);
    this.#subscriber.on('message', (_channel: string, message: string) => this.#hear(message));
    this.#subscriber.subscribe(CHANNEL).catch(this.#report);
  }

  override publish(hints: readonly Hint[]): void {
    for (const hint of hints) {
      this.#waiting.push(hint);
      if (this.#waiting.length >= MAX_BATCH) this.#flush();
    }
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  override subscribe(listener: (hint: Hint) => void): () => void {
    return this.#hearers.add(listener);
  }

  override async check(): Promise<void> {
    // Not asked: this one's commands wait for the connection.
    if (this.#subscriber.status !== 'ready') throw new Error('the subscription to hints is not there');
    await this.#publisher.ping();
  }

  override async close(): Promise<void> {
    this.#flush();
    this.#hearers.clear();
    await Promise.all([closeRedis(this.#publisher), closeRedis(this.#subscriber)]);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    if (this.#underWay >= MAX_UNDER_WAY) {
      this.metrics.hintsDropped.inc({ reason: 'full' }, batch.length);
      return;
    }
    this.#underWay += 1;
    this.#publisher
      .publish(CHANNEL, writeHints(batch))
      .catch((error: unknown) => {
        this.metrics.hintsDropped.inc({ reason: 'away' }, batch.length);
        this.#report(error);
      })
      .finally(() => (this.#underWay -= 1));
  }

  #hear(message: string): void {
    const { hints, malformed } = readHints(message);
    if (malformed > 0) this.metrics.hintsDropped.inc({ reason: 'malformed' }, malformed);
    this.#hearers.tell(hints);
  }
}
