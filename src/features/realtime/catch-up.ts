import type { Caller } from '../../platform/http/index.js';
import type { WireEvent } from './frame-codec.js';
import type { PageReader, WirePage } from './page-reader.js';

/** What a catch-up needs of its socket. */
export interface CatchUpSocket {
  readonly isOpen: boolean;
  /** True where so much waits to be taken that reading should pause. */
  readonly isFull: boolean;
  sendReady(head: number, resync: boolean): void;
  /** @param taken called once the system has taken this and everything before it */
  sendEvent(event: WireEvent, prev: number, taken?: () => void): void;
  /** Reading pauses until what was sent is taken. */
  onPaused(): void;
  /** A read failed; `retry` is to be called later. */
  onFailed(error: unknown, failures: number): void;
  /** Everything that was asked for is sent (or, after `onFailed`, cannot be just now). */
  onSettled(): void;
}

/**
 * One socket's way along one person's log. The only sender of events: hints, heartbeats and `resume` merely make it look.
 *
 * Invariants: at most one read is under way; whatever asks meanwhile makes it look once more, so nothing that was committed
 * before a hint is missed; `read` moves only over rows that were sent or are not for this device, so a failed read skips nothing; each
 * frame names the one before it. A hint may come late, twice, out of order or never: the log alone decides what is sent.
 */
export class CatchUp {
  /** The log is read up to here; `undefined` until the head is known that a client without `after` starts from. */
  #read: number | undefined;
  /** The number sent last: `prev` of the next frame. Behind `read` where the rows between are dead or this device's own doing. */
  #sent: number;
  /** The same on the chains before this one. */
  #sentBefore = 0;
  #head = 0;
  #owesReady = true;
  #round = 0;
  #isRunning = false;
  /** To be read on, whatever the numbers say. */
  #again = false;
  /** The highest number hinted while a read was under way. */
  #wanted = 0;
  #failures = 0;
  #isPaused = false;

  constructor(
    readonly caller: Caller,
    after: number | undefined,
    private readonly pages: Pick<PageReader, 'read' | 'head'>,
    private readonly socket: CatchUpSocket,
  ) {
    this.#read = after;
    this.#sent = after ?? 0;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** A read or a pause is under way; `onSettled` will follow. */
  get isBusy(): boolean {
    return this.#isRunning;
  }

  /** The greatest number the database is known to have reached. */
  get head(): number {
    return this.#head;
  }

  /** The highest number that the client can have of this socket: until `ready` says so, a place that it asks for is a claim. */
  get sent(): number {
    return this.#owesReady ? this.#sentBefore : this.#sent;
  }

  start(): void {
    this.#look();
  }

  /** The log has reached `seq`, it is said. */
  hint(seq: number): void {
    if (this.#read !== undefined && seq <= this.#read) return;
    this.#wanted = Math.max(this.#wanted, seq);
    this.#look();
  }

  /** The client wants everything after `after` again: a new chain, announced by `ready`. */
  resume(after: number): void {
    this.#round += 1;
    this.#sentBefore = this.sent;
    this.#read = after;
    this.#sent = after;
    this.#owesReady = true;
    this.#again = true;
    this.#look();
  }

  /** The next try after `onFailed`. */
  retry(): void {
    if (!this.#isRunning) void this.#run();
  }

  /** After a failure only `retry` reads: hints must not hammer a database that is just coming back. */
  #look(): void {
    if (!this.#isRunning && this.#failures === 0) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      do {
        this.#again = false;
        this.#wanted = 0;
        const round = this.#round;
        const page = await this.#nextPage();
        // Where the client asked for another place meanwhile, this page is not of that chain.
        const taken = this.socket.isOpen && round === this.#round ? this.#send(page) : undefined;
        if (taken) await this.#pause(taken);
        this.#failures = 0;
      } while (this.socket.isOpen && this.#isBehind());
    } catch (error) {
      this.#failures += 1;
      if (this.socket.isOpen) this.socket.onFailed(error, this.#failures);
    }
    this.#isRunning = false;
    if (this.socket.isOpen) this.socket.onSettled();
  }

  #isBehind(): boolean {
    return this.#again || this.#wanted > (this.#read ?? 0);
  }

  #nextPage(): Promise<WirePage> {
    return this.#read === undefined ? this.#fromHead() : this.pages.read(this.caller.personId, this.#read);
  }

  /** @returns where the socket is full: when it has taken all of this */
  #send(page: WirePage): Promise<void> | undefined {
    this.#head = page.head;
    if (page.resync) {
      this.#read = this.#sent = page.head;
      this.#sendReady(true);
      return undefined;
    }
    if (this.#owesReady) this.#sendReady(false);
    const taken = this.#sendEvents(page.events.filter(({ device }) => device !== this.caller.deviceId));
    this.#read = page.next;
    this.#again ||= page.more;
    return taken;
  }

  #sendReady(resync: boolean): void {
    this.#owesReady = false;
    this.socket.sendReady(this.#head, resync);
  }

  #sendEvents(events: readonly WireEvent[]): Promise<void> | undefined {
    let taken: Promise<void> | undefined;
    const last = events.at(-1);
    for (const event of events) {
      const prev = this.#sent;
      this.#sent = event.seq;
      if (event === last && this.socket.isFull) taken = new Promise((resolve) => this.socket.sendEvent(event, prev, resolve));
      else this.socket.sendEvent(event, prev);
      if (!this.socket.isOpen) return undefined;
    }
    return taken;
  }

  async #pause(taken: Promise<void>): Promise<void> {
    this.#isPaused = true;
    this.socket.onPaused();
    await taken;
    this.#isPaused = false;
  }

  async #fromHead(): Promise<WirePage> {
    const head = await this.pages.head(this.caller.personId);
    return { events: [], next: head, more: false, head, resync: true };
  }
}
