import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { Random } from '../../platform/ids/index.js';
import { Log, sparingly } from '../../platform/observability/index.js';
import { Sockets } from './sockets.js';

const EVERY_MS = 5000;
const COMPLAIN_EVERY_MS = 60_000;

/**
 * Says every 5 s how many sockets this process has, for the operators' overview: the sum of all, and about nobody. Table
 * `socket_counts`, a row a process; one that died without a word is swept by any other after a minute, and not counted before.
 */
@Injectable()
export class SocketCounts implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #process: string;
  readonly #complain: (error: unknown) => void;
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly sockets: Sockets,
    random: Random,
    log: Log,
  ) {
    this.#process = random.uuid();
    this.#complain = sparingly(COMPLAIN_EVERY_MS, (err, suppressed) => log.warn({ err, suppressed }, 'sockets could not be counted'));
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#writing = this.write().catch(this.#complain);
    }, EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.database.query('DELETE FROM socket_counts WHERE process = $1', [this.#process]).catch(this.#complain);
  }

  async write(): Promise<void> {
    await this.database.query(
      `WITH silent AS (DELETE FROM socket_counts WHERE counted_at < flits_now() - interval '1 minute' AND process <> $1)
       INSERT INTO socket_counts (process, sockets, counted_at) VALUES ($1, $2, flits_now())
       ON CONFLICT ON CONSTRAINT pk_socket_counts DO UPDATE SET sockets = excluded.sockets, counted_at = excluded.counted_at`,
      [this.#process, this.sockets.identified],
    );
  }
}
