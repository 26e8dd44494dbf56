import pLimit, { type LimitFunction } from 'p-limit';
import type { EventLog } from '../events/index.js';
import { encodeEvent, type WireEvent } from './frame-codec.js';

export interface WirePage {
  readonly events: readonly WireEvent[];
  readonly next: number;
  readonly more: boolean;
  readonly head: number;
  readonly resync: boolean;
}

/**
 * Reads the log for sockets. Sockets of one person that stand at the same number share one read and one serialisation;
 * reads under way are capped, the others wait their turn here and not at the database's pool.
 *
 * A read is shared only until it begins: whoever was hinted after that might ask for a row which that read did not see.
 */
export class PageReader {
  readonly #notBegun = new Map<string, Promise<WirePage>>();
  readonly #limit: LimitFunction;

  constructor(
    private readonly log: Pick<EventLog, 'page' | 'head'>,
    private readonly settings: { readonly pageSize: number; readonly concurrentReads: number },
  ) {
    this.#limit = pLimit(settings.concurrentReads);
  }

  read(ownerId: string, after: number): Promise<WirePage> {
    const key = `${ownerId} ${after}`;
    const shared = this.#notBegun.get(key);
    if (shared) return shared;
    const reading = this.#limit(async () => {
      this.#notBegun.delete(key);
      const { events, next, more, head, resync } = await this.log.page(ownerId, after, this.settings.pageSize);
      return { events: events.map(encodeEvent), next, more, head, resync };
    });
    this.#notBegun.set(key, reading);
    return reading;
  }

  head(ownerId: string): Promise<number> {
    return this.#limit(() => this.log.head(ownerId));
  }
}
