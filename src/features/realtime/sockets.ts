import type { Caller } from '../../platform/http/index.js';
import type { Hearer, Hearers } from './hearers.js';

/** As much of a connection as the registry knows. */
export interface Socket extends Hearer {
  /** This process goes down: says after how many seconds to connect again, and closes. */
  sendAway(afterSeconds: number): void;
}

/** All sockets of this process, in memory alone; the identified ones also wait for what concerns their person and device. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #identified = 0;
  #onEmpty?: () => void;

  constructor(
    private readonly hearers: Hearers,
    /** Told the number of identified sockets when it changes. */
    private readonly onCount: (identified: number) => void = () => undefined,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  get identified(): number {
    return this.#identified;
  }

  opened(socket: Socket): void {
    this.#open.add(socket);
  }

  closed(socket: Socket): void {
    this.#open.delete(socket);
    if (this.#open.size === 0) this.#onEmpty?.();
  }

  /** It hears what concerns its caller, until `forget`; each is said once. */
  identify(caller: Caller, socket: Socket): void {
    this.hearers.add(caller, socket);
    this.#count(1);
  }

  forget(caller: Caller, socket: Socket): void {
    this.hearers.remove(caller, socket);
    this.#count(-1);
  }

  /** @param afterSeconds asked once a socket, so that they do not come back all at once */
  sendAway(afterSeconds: () => number): void {
    for (const socket of [...this.#open]) socket.sendAway(afterSeconds());
  }

  /** Resolves once no socket is open. */
  whenEmpty(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onEmpty = resolve));
  }

  #count(change: number): void {
    this.#identified += change;
    this.onCount(this.#identified);
  }
}
