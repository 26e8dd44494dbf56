import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../src/features/realtime/frames.js';
import type { Entry } from './history.js';

export interface PhoneOwner {
  readonly person: string;
  readonly device: string;
  readonly token: string;
}

const COME_BACK_MS = 300;

/**
 * A device as docs/protocol.md has it, by the hundred: keeps one number, follows the chain, acks, beats, and comes back after
 * every cut, each time at the next address. Everything it sees goes into the history.
 */
export class Phone {
  /** Close codes, and 1006 for cuts. */
  readonly closes: number[] = [];
  readonly #got = new Set<string>();
  #last = 0;
  #socket?: WebSocket;
  #isReady = false;
  #isStopped = false;
  #askedAt = 0;
  #connects = 0;
  #timer?: NodeJS.Timeout;
  #heard?: (snap: string) => void;

  constructor(
    readonly owner: PhoneOwner,
    private readonly addresses: readonly (() => string)[],
    private readonly history: Entry[],
  ) {
    this.history.push({ kind: 'device', device: owner.device, person: owner.person });
  }

  get last(): number {
    return this.#last;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  has(snap: string): boolean {
    return this.#got.has(snap);
  }

  /** @param listener hears of each snap once it came */
  onSnap(listener: (snap: string) => void): void {
    this.#heard = listener;
  }

  connect(first = 0): void {
    const address = this.addresses[(first + this.#connects++) % this.addresses.length]!();
    const socket = new WebSocket(`${address.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/realtime`, 'flits.v1.json');
    this.#socket = socket;
    socket.on('error', () => undefined); // `close` follows.
    socket.on('message', (data: Buffer) => {
      if (socket === this.#socket) this.#take(JSON.parse(data.toString()) as ServerFrame);
    });
    socket.on('close', (code) => {
      if (socket !== this.#socket) return;
      this.closes.push(code);
      this.#isReady = false;
      if (!this.#isStopped) this.#timer = setTimeout(() => this.connect(first), COME_BACK_MS * (0.5 + Math.random()));
    });
  }

  /** Also what makes a lost hint good; a test beats more often than phones do. */
  beat(): void {
    if (this.#isReady) this.#say({ op: 'heartbeat' });
  }

  /** Stops reading, as in a tunnel, until `read`. */
  stall(): void {
    this.#socket?.pause();
  }

  read(): void {
    this.#socket?.resume();
  }

  /** Gone without a word; comes back. */
  cut(): void {
    this.#socket?.terminate();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  #take(frame: ServerFrame): void {
    if (frame.op === 'hello') this.#identify();
    else if (frame.op === 'ready') this.#start(frame.head, frame.resync);
    else if (frame.op === 'event' && this.#isReady) this.#keep(frame);
  }

  #identify(): void {
    this.#askedAt = performance.now();
    this.#say({ op: 'identify', token: this.owner.token, after: this.#last });
  }

  #start(head: number, resync: boolean): void {
    this.#isReady = true;
    this.history.push({ kind: 'ready', device: this.owner.device, after: this.#last, head, resync, at: this.#askedAt });
    if (resync) this.#last = head;
  }

  #keep({ seq, prev, type, data }: Extract<ServerFrame, { op: 'event' }>): void {
    const { snap_id, sender } = data as { snap_id?: string; sender?: { id: string } };
    const snap = type === 'snap.received' || type === 'story.posted' ? snap_id : undefined;
    this.history.push({ kind: 'received', device: this.owner.device, seq, prev, ...(snap && { snap, sender: sender?.id }) });
    if (type === 'snap.failed' && snap_id) this.history.push({ kind: 'failed', snap: snap_id });
    this.#last = seq;
    this.#say({ op: 'ack', seq });
    if (!snap) return;
    this.#got.add(snap);
    this.#heard?.(snap);
  }

  #say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
