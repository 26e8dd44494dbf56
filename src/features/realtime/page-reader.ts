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
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(
    private readonly log: Pick<EventLog, 'page' | 'head'>,
    private readonly settings: { readonly pageSize: number; readonly concurrentReads: number },
  ) {}

  read(ownerId: string, after: number): Promise<WirePage> {
    const key = `${ownerId} ${after}`;
    const shared = this.#notBegun.get(key);
    if (shared) return shared;
    const reading = this.#read(ownerId, after, key);
    this.#notBegun.set(key, reading);
    return reading;
  }

  async head(ownerId: string): Promise<number> {
    await this.#turn();
    try {
      return await this.log.head(ownerId);
    } finally {
      this.#done();
    }
  }

  async #read(ownerId: string, after: number, key: string): Promise<WirePage> {
    await this.#turn();
    this.#notBegun.delete(key);
    try {
      const { events, next, more, head, resync } = await this.log.page(ownerId, after, this.settings.pageSize);
      return { events: events.map(encodeEvent), next, more, head, resync };
    } finally {
      this.#done();
    }
  }

  /**
   * A place, first come, first served. To be awaited also where there is one at once: whoever was hinted with this one asks in the
   * same turn, and shares the read that has not begun.
   */
  #turn(): Promise<void> | undefined {
    if (this.#underWay === this.settings.concurrentReads) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#underWay += 1;
    return undefined;
  }

  /** Hands its place to the next who waits. */
  #done(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#underWay -= 1;
  }
}
