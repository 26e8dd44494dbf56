import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import type { ServerFrame } from '../../src/features/realtime/frames.js';

export type Frame<Op extends ServerFrame['op'] = ServerFrame['op']> = Extract<ServerFrame, { op: Op }>;
export type EventFrame = Frame<'event'>;

const PATIENCE_MS = 45_000;

interface Waiter {
  readonly matches: (frame: ServerFrame) => boolean;
  readonly resolve: (frame: ServerFrame) => void;
  readonly reject: (error: Error) => void;
}

/** A device's end of the realtime socket, for tests: says what it is told to, and waits for frames, never for time. */
export class SocketClient {
  /** Every frame that came, in order. */
  readonly frames: ServerFrame[] = [];
  /** Resolves with the close code of whatever end the socket comes to. */
  readonly closed: Promise<number>;
  readonly #unread: ServerFrame[] = [];
  readonly #waiters = new Set<Waiter>();
  #closedWith?: number;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#closedWith = code;
        for (const { reject } of this.#waiters) reject(this.#gone());
        resolve(code);
      });
    });
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as ServerFrame));
    socket.on('error', () => undefined); // `close` follows.
  }

  /** An open socket, whatever comes next. @param url of the server, `http://…` */
  static async connect(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<SocketClient> {
    const { protocols = ['flits.v1.json'], ...rest } = options;
    const client = new SocketClient(new WebSocket(`${url.replace(/^http/, 'ws')}/v1/realtime`, protocols, rest));
    await Promise.race([once(client.socket, 'open'), client.closed]);
    return client;
  }

  /** A socket that was sent `ready`. @param after as of `identify` */
  static async identified(url: string, token: string, after?: number): Promise<SocketClient> {
    const client = await SocketClient.connect(url);
    await client.identify(token, after);
    return client;
  }

  identify(token: string, after?: number): Promise<Frame<'ready'>> {
    this.say({ op: 'identify', token, ...(after !== undefined && { after }) });
    return this.next('ready');
  }

  resume(after: number): Promise<Frame<'ready'>> {
    this.say({ op: 'resume', after });
    return this.next('ready');
  }

  heartbeat(): Promise<Frame<'heartbeat_ack'>> {
    this.say({ op: 'heartbeat' });
    return this.next('heartbeat_ack');
  }

  ack(seq: number): void {
    this.say({ op: 'ack', seq });
  }

  say(frame: object): void {
    this.sayRaw(JSON.stringify(frame));
  }

  sayRaw(data: string | Buffer): void {
    this.socket.send(data);
  }

  /** The first frame of this kind that was not taken yet, or the next that comes. Others stay where they are. */
  next<Op extends ServerFrame['op']>(op: Op, matches: (frame: Frame<Op>) => boolean = () => true): Promise<Frame<Op>> {
    const isIt = (frame: ServerFrame): boolean => frame.op === op && matches(frame as Frame<Op>);
    const index = this.#unread.findIndex(isIt);
    if (index >= 0) return Promise.resolve(this.#unread.splice(index, 1)[0] as Frame<Op>);
    if (this.#closedWith !== undefined) return Promise.reject(this.#gone());
    return this.#wait(op, isIt) as Promise<Frame<Op>>;
  }

  event(type: EventFrame['type'], matches: (event: EventFrame) => boolean = () => true): Promise<EventFrame> {
    return this.next('event', (event) => event.type === type && matches(event));
  }

  /** The numbers of all events that came, in order. */
  seqs(): number[] {
    return this.frames.flatMap((frame) => (frame.op === 'event' ? [frame.seq] : []));
  }

  /** Stops reading, as a phone whose network is full. */
  pause(): void {
    this.socket.pause();
  }

  read(): void {
    this.socket.resume();
  }

  /** Gone without a word. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #take(frame: ServerFrame): void {
    this.frames.push(frame);
    const waiter = [...this.#waiters].find(({ matches }) => matches(frame));
    if (waiter) waiter.resolve(frame);
    else this.#unread.push(frame);
  }

  #wait(what: string, matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        matches,
        resolve: (frame) => (done(), resolve(frame)),
        reject: (error) => (done(), reject(error)),
      };
      const timer = setTimeout(() => waiter.reject(new Error(`in ${PATIENCE_MS} ms there was no such ${what} frame`)), PATIENCE_MS);
      this.#waiters.add(waiter);
    });
  }

  #gone(): Error {
    return new Error(`the socket was closed with ${this.#closedWith}`);
  }
}
