import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, defineStatement } from '../../platform/database/index.js';
import { Hints } from '../../platform/hints/index.js';
import { Log, sparingly } from '../../platform/observability/index.js';
import { ACCESS_TOKEN_SECONDS } from './people.settings.js';

const POLL_MS = 2000;
/** Beyond this the list may miss an end, and the database is asked instead. R41: sockets end within 5 s. */
const STALE_MS = 5000;
/** An end is written before it is committed; no transaction lasts as long as this. */
const OVERLAP_MS = 60_000;
/** After this every access token of an ended session has run out by itself. */
const KEEP_MS = (ACCESS_TOKEN_SECONDS + 60) * 1000;

const readEnded = defineStatement<{ id: string; at: string }>(
  'people.ended_sessions',
  'SELECT id, epoch_ms(ended_at) AS at FROM devices WHERE ended_at > from_epoch_ms($1::bigint)',
);
const readAlive = defineStatement<{ id: string }>('people.session_alive', 'SELECT id FROM devices WHERE id = $1 AND ended_at IS NULL');

/**
 * Which sessions ended of late, in memory, so that a request costs no query. Truth is `devices.ended_at`: hints
 * (`sessions_ended`) bring news at once, a poll every 2 s brings what hints lost. While the last good poll is more than
 * 5 s old, every question is a query. Each process has its own; nothing is written; it holds the ends of 16 minutes.
 */
@Injectable()
export class SessionWatch implements OnModuleInit, OnApplicationShutdown {
  readonly #ended = new Map<string, number>();
  readonly #listeners = new Set<(deviceIds: string[]) => void>();
  readonly #complain: (error: unknown) => void;
  #polledAt = -Infinity;
  #newest = 0;
  #polling = false;
  #timer?: NodeJS.Timeout;
  #unsubscribe?: () => void;

  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#complain = sparingly(30_000, (err, suppressed) =>
      log.warn({ err, suppressed }, 'ended sessions cannot be read; each request asks for its own'),
    );
  }

  async onModuleInit(): Promise<void> {
    this.#unsubscribe = this.hints.subscribe((hint) => {
      if (hint.kind === 'sessions_ended') this.#note(hint.deviceIds.map((id) => [id, this.clock.now()]));
    });
    await this.poll();
    this.#timer = setInterval(() => void this.poll(), POLL_MS);
    this.#timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
  }

  /** Whether a session ended; for devices whose access token still runs. @throws where that cannot be known now */
  async isEnded(deviceId: string): Promise<boolean> {
    if (this.#ended.has(deviceId)) return true;
    if (this.clock.now() - this.#polledAt <= STALE_MS) return false;
    const [alive] = await this.database.statement(readAlive, [deviceId]);
    return !alive;
  }

  /** @param listener hears of each device once, within 5 s of the end @returns a function that ends the subscription */
  onEnded(listener: (deviceIds: string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One look at the rows. Never rejects; a look that is under way is not started twice. */
  async poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    const now = this.clock.now();
    try {
      const since = this.#newest === 0 ? now - KEEP_MS : this.#newest - OVERLAP_MS;
      const rows = await this.database.statement(readEnded, [since]);
      this.#note(rows.map(({ id, at }) => [id, Number(at)]));
      this.#newest = rows.reduce((newest, { at }) => Math.max(newest, Number(at)), this.#newest);
      this.#polledAt = now;
      this.#forget(now);
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#polling = false;
    }
  }

  #note(ends: [id: string, at: number][]): void {
    const news = ends.filter(([id]) => !this.#ended.has(id));
    for (const [id, at] of news) this.#ended.set(id, at);
    if (news.length === 0) return;
    for (const listener of this.#listeners) listener(news.map(([id]) => id));
  }

  #forget(now: number): void {
    for (const [id, at] of this.#ended) {
      // Kept beyond the overlap, or the next look would announce it again.
      if (at < now - KEEP_MS - OVERLAP_MS) this.#ended.delete(id);
    }
  }
}
