import { sparingly, type Log, type Metrics } from '../observability/index.js';
import type { Secret } from '../config/index.js';
import { closeRedis, connectRedis } from '../redis/index.js';
import { Hints, type Hint } from './hints.js';

const CHANNEL = 'flits:hints';
const FLUSH_MS = 3;
const MAX_BATCH = 256;
/** Beyond this many unsent ones Redis is too slow to be of help; rows are found without it. */
const MAX_WAITING = 100_000;
const LOG_EVERY_MS = 5000;

/**
 * Hints between processes: Redis pub/sub, one channel, batched for a few ms per process. Keeps nothing in Redis. What cannot
 * be published is dropped and counted; a subscriber that lost its connection comes back by itself.
 */
export class RedisHints extends Hints {
  readonly #publisher;
  readonly #subscriber;
  readonly #listeners = new Set<(hint: Hint) => void>();
  readonly #report: (error: unknown) => void;
  #waiting: Hint[] = [];
  #timer?: NodeJS.Timeout;

  constructor(
    url: Secret,
    log: Log,
    private readonly metrics: Metrics,
  ) {
    super();
    this.#publisher = connectRedis(url, { name: 'hints-out', failFast: true }, log);
    this.#subscriber = connectRedis(url, { name: 'hints-in', failFast: false }, log);
    this.#report = sparingly(LOG_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'hints are lost; their rows are not'));
    this.#subscriber.on('message', (_channel: string, message: string) => this.#hear(message));
    this.#subscriber.subscribe(CHANNEL).catch(this.#report);
  }

  override publish(hints: readonly Hint[]): void {
    if (this.#waiting.length + hints.length > MAX_WAITING) {
      this.metrics.hintsDropped.inc({ reason: 'full' }, hints.length);
      return;
    }
    this.#waiting.push(...hints);
    if (this.#waiting.length >= MAX_BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  override subscribe(listener: (hint: Hint) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  override async close(): Promise<void> {
    this.#flush();
    this.#listeners.clear();
    await Promise.all([closeRedis(this.#publisher), closeRedis(this.#subscriber)]);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH);
      this.#publisher.publish(CHANNEL, JSON.stringify(batch)).catch((error: unknown) => {
        this.metrics.hintsDropped.inc({ reason: 'away' }, batch.length);
        this.#report(error);
      });
    }
  }

  #hear(message: string): void {
    let hints: Hint[];
    try {
      hints = JSON.parse(message) as Hint[];
      if (!Array.isArray(hints)) throw new TypeError('not a list of hints');
    } catch {
      this.metrics.hintsDropped.inc({ reason: 'malformed' });
      return;
    }
    for (const hint of hints) {
      for (const listener of this.#listeners) {
        try {
          listener(hint);
        } catch (error) {
          this.metrics.hintsDropped.inc({ reason: 'listener' });
          this.#report(error);
        }
      }
    }
  }
}
