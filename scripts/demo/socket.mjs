import { once } from 'node:events';
import WebSocket from 'ws';
import { Disappointment } from './terminal.mjs';

const PATIENCE_MS = 15_000;

/** A phone's socket (docs/protocol.md): identifies itself, beats, keeps what it hears, acknowledges what it is told to. */
export class Socket {
  #heard = [];
  #waiting = new Set();
  #beat;
  #ended;

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (text) => this.#hear(JSON.parse(String(text))));
    socket.on('close', (code, reason) => this.#end(`The socket was closed with ${code} ${reason}.`));
    socket.on('error', (error) => this.#end(`The socket broke: ${error.message}.`));
  }

  static async open(realtimeUrl, token) {
    const socket = new Socket(new WebSocket(realtimeUrl, 'flits.v1.json'));
    const hello = await socket.frame('hello');
    socket.send({ op: 'identify', token });
    await socket.frame('ready');
    socket.#beat = setInterval(() => socket.send({ op: 'heartbeat' }), hello.heartbeat_seconds * 1000);
    return socket;
  }

  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  /** The next frame with that `op`, also one that came before it was asked for. */
  frame(op) {
    return this.#next(`frame ${op}`, (frame) => frame.op === op);
  }

  /** The event of that type (or of one of them) about that subject: a snap, an upload, a request. */
  event(types, id) {
    const isIt = ({ op, type, data }) => op === 'event' && [types].flat().includes(type) && Object.values(data).includes(id);
    return this.#next(`event ${types}`, isIt);
  }

  async close() {
    clearInterval(this.#beat);
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close(1000);
    await once(this.socket, 'close');
  }

  #next(what, isIt) {
    const found = this.#heard.find(isIt);
    if (found) return Promise.resolve(found);
    if (this.#ended) return Promise.reject(new Disappointment(this.#ended));
    return new Promise((resolve, reject) => {
      const waiter = { isIt, resolve, reject };
      const late = setTimeout(() => reject(new Disappointment(`No ${what} came within ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS);
      const settle = (how) => (value) => {
        clearTimeout(late);
        this.#waiting.delete(waiter);
        how(value);
      };
      Object.assign(waiter, { resolve: settle(resolve), reject: settle(reject) });
      this.#waiting.add(waiter);
    });
  }

  #hear(frame) {
    this.#heard.push(frame);
    for (const waiter of [...this.#waiting]) if (waiter.isIt(frame)) waiter.resolve(frame);
  }

  #end(words) {
    clearInterval(this.#beat);
    this.#ended ??= words;
    for (const waiter of [...this.#waiting]) waiter.reject(new Disappointment(words));
  }
}
