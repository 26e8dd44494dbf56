import { once } from 'node:events';
import WebSocket from 'ws';
import { Disappointment } from './disappointment.js';

const PATIENCE_MS = 15_000;

/** As docs/protocol.md has them; only what the demo looks at. */
export interface Frame {
  readonly op: string;
  readonly type?: string;
  readonly seq?: number;
  readonly heartbeat_seconds?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Waiter {
  isIt(frame: Frame): boolean;
  resolve(frame: Frame): void;
  reject(words: string): void;
}

/** A phone's socket (docs/protocol.md): identifies itself, beats, keeps what it hears, acknowledges what it is told to. */
export class Socket {
  readonly #heard: Frame[] = [];
  readonly #waiting = new Set<Waiter>();
  #beat?: NodeJS.Timeout;
  #ended?: string;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (text: Buffer) => this.#hear(JSON.parse(text.toString()) as Frame));
    socket.on('close', (code, reason) => this.#end(`The socket was closed with ${code} ${reason.toString()}.`));
    socket.on('error', (error) => this.#end(`The socket broke: ${error.message}.`));
  }

  static async open(realtimeUrl: string, token: string): Promise<Socket> {
    const socket = new Socket(new WebSocket(realtimeUrl, 'flits.v1.json'));
    const hello = await socket.frame('hello');
    socket.send({ op: 'identify', token });
    await socket.frame('ready');
    socket.#beat = setInterval(() => socket.send({ op: 'heartbeat' }), (hello.heartbeat_seconds ?? 30) * 1000);
    return socket;
  }

  send(frame: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The next frame with that `op`, also one that came before it was asked for. */
  frame(op: string): Promise<Frame> {
    return this.#next(`frame ${op}`, (frame) => frame.op === op);
  }

  /** The event of that type (or of one of them) about that subject: a snap, an upload, a request. */
  event(types: string | readonly string[], id: string): Promise<Frame> {
    const wanted = [types].flat();
    return this.#next(
      `event ${wanted.join(' or ')}`,
      ({ op, type = '', data = {} }) => op === 'event' && wanted.includes(type) && Object.values(data).includes(id),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close(1000);
    await once(this.socket, 'close');
  }

  #next(what: string, isIt: (frame: Frame) => boolean): Promise<Frame> {
    const found = this.#heard.find(isIt);
    if (found) return Promise.resolve(found);
    if (this.#ended) return Promise.reject(new Disappointment(this.#ended));
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(late);
        this.#waiting.delete(waiter);
        how();
      };
      const waiter: Waiter = {
        isIt,
        resolve: (frame) => settle(() => resolve(frame)),
        reject: (words) => settle(() => reject(new Disappointment(words))),
      };
      const late = setTimeout(() => waiter.reject(`No ${what} came within ${PATIENCE_MS / 1000} s.`), PATIENCE_MS);
      this.#waiting.add(waiter);
    });
  }

  #hear(frame: Frame): void {
    this.#heard.push(frame);
    for (const waiter of [...this.#waiting]) if (waiter.isIt(frame)) waiter.resolve(frame);
  }

  #end(words: string): void {
    clearInterval(this.#beat);
    this.#ended ??= words;
    for (const waiter of [...this.#waiting]) waiter.reject(words);
  }
}
