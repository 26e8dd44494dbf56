import { Fault } from '../../src/platform/faults/index.js';
import type { EventPage, LoggedEvent } from '../../src/features/events/index.js';
import { Connection, type Wire } from '../../src/features/realtime/connection.js';
import { deadlinesOf } from '../../src/features/realtime/deadlines.js';
import type { ServerFrame } from '../../src/features/realtime/frames.js';
import type { GatewayParts } from '../../src/features/realtime/gateway-parts.js';
import { Hearers } from '../../src/features/realtime/hearers.js';
import { PageReader } from '../../src/features/realtime/page-reader.js';
import { RealtimeSettings, TICK_MS } from '../../src/features/realtime/realtime.settings.js';
import { Sockets } from '../../src/features/realtime/sockets.js';
import { Wheel } from '../../src/features/realtime/wheel.js';

export const PERSON = '11111111-1111-4111-8111-111111111111';
export const DEVICE = '22222222-2222-4222-8222-222222222222';
export const OTHER_DEVICE = '33333333-3333-4333-8333-333333333333';

/** Lets everything that waits for nothing but other promises run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A transport in memory: what was sent, and, while `isStuck`, how much of it waits. */
export class FakeWire implements Wire {
  readonly frames: ServerFrame[] = [];
  bufferedAmount = 0;
  isStuck = false;
  closedWith?: number;
  #waiting: (() => void)[] = [];

  send(text: string, taken?: () => void): void {
    this.frames.push(JSON.parse(text) as ServerFrame);
    if (this.isStuck) this.bufferedAmount += text.length;
    if (taken && this.isStuck) this.#waiting.push(taken);
    else taken?.();
  }

  /** The peer reads again. */
  take(): void {
    this.isStuck = false;
    this.bufferedAmount = 0;
    for (const taken of this.#waiting.splice(0)) taken();
  }

  close(code: number): void {
    this.closedWith ??= code;
  }

  ops(): string[] {
    return this.frames.map((frame) => frame.op);
  }

  /** The numbers of all events sent. */
  seqs(): number[] {
    return this.frames.flatMap((frame) => (frame.op === 'event' ? [frame.seq] : []));
  }

  last<Op extends ServerFrame['op']>(op: Op): Extract<ServerFrame, { op: Op }> | undefined {
    return this.frames.filter((frame): frame is Extract<ServerFrame, { op: Op }> => frame.op === op).at(-1);
  }
}

/** One person's log in memory. Reads see what is there when they begin; they may fail, or be held back. */
export class FakeLog {
  readonly rows: LoggedEvent[] = [];
  readonly dead = new Set<number>();
  newest = 0;
  oldest = 1;
  isAway = false;
  isHeld = false;
  pagesRead = 0;
  headsRead = 0;
  #held: (() => void)[] = [];

  /** @param device whose doing it is, where that is one of the person's own */
  append(count = 1, device?: string): number {
    for (let n = 0; n < count; n += 1) {
      this.newest += 1;
      this.rows.push({
        seq: this.newest,
        type: 'snap.received',
        at: '2026-11-20T00:00:00.000Z',
        data: { snap_id: `snap ${this.newest}` },
        device,
      });
    }
    return this.newest;
  }

  async page(_owner: string, after: number, limit = 100): Promise<EventPage> {
    this.pagesRead += 1;
    const rows = this.rows.filter(({ seq }) => seq > after && seq >= this.oldest).slice(0, limit);
    const events = rows.filter(({ seq }) => !this.dead.has(seq));
    const head = this.newest;
    await this.#answer();
    return { events, next: rows.at(-1)?.seq ?? after, more: rows.length === limit, head, resync: this.oldest > after + 1 || after > head };
  }

  async head(): Promise<number> {
    this.headsRead += 1;
    const head = this.newest;
    await this.#answer();
    return head;
  }

  /** Lets held reads answer. */
  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }

  async #answer(): Promise<void> {
    if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.isAway) throw new Error('the database is away');
  }
}

export interface Harness {
  readonly log: FakeLog;
  readonly hearers: Hearers;
  readonly sockets: Sockets;
  readonly wheel: Wheel;
  readonly acked: { personId: string; deviceId: string; seq: number }[];
  readonly failures: unknown[];
  readonly ended: Set<string>;
  /** A fresh socket after its `hello`. */
  connect(): { connection: Connection; wire: FakeWire; say: (frame: object) => void };
  /** A socket that was sent `ready`. */
  identify(after?: number, token?: string): Promise<{ connection: Connection; wire: FakeWire; say: (frame: object) => void }>;
  pass(seconds: number): Promise<void>;
}

/** Everything of a gateway but the transport, the clock and the database. Tokens: `good`, `other device`, `away`, or any fault's code. */
export function realtimeHarness(changes: Partial<RealtimeSettings> = {}): Harness {
  const settings = new RealtimeSettings({ pageSize: 5, ...changes });
  const log = new FakeLog();
  const hearers = new Hearers();
  const sockets = new Sockets(hearers);
  const wheel = new Wheel(TICK_MS);
  const acked: Harness['acked'] = [];
  const failures: unknown[] = [];
  const ended = new Set<string>();
  const gateway: GatewayParts = {
    authenticate: async (token) => {
      await Promise.resolve();
      if (token === 'good') return { personId: PERSON, deviceId: DEVICE };
      if (token === 'other device') return { personId: PERSON, deviceId: OTHER_DEVICE };
      if (token === 'away') throw new Error('the database is away');
      throw new Fault(token as 'token_expired', 'No.');
    },
    isEnded: (deviceId) => Promise.resolve(ended.has(deviceId)),
    onFailed: (error) => failures.push(error),
    jitter: () => 0.5,
    sockets,
    pages: new PageReader(log, settings),
    acks: { add: (personId, deviceId, seq) => void acked.push({ personId, deviceId, seq }) },
    wheel,
    deadlines: deadlinesOf(settings, wheel),
    settings,
    clock: { now: () => 0, date: () => new Date(0) },
  };
  const connect = () => {
    const wire = new FakeWire();
    const connection = new Connection(wire, gateway);
    connection.open();
    return { connection, wire, say: (frame: object) => connection.receive(JSON.stringify(frame)) };
  };
  return {
    log,
    hearers,
    sockets,
    wheel,
    acked,
    failures,
    ended,
    connect,
    identify: async (after, token = 'good') => {
      const socket = connect();
      socket.say({ op: 'identify', token, ...(after !== undefined && { after }) });
      await settled();
      return socket;
    },
    pass: async (seconds) => {
      for (let tick = 0; tick < (seconds * 1000) / TICK_MS; tick += 1) {
        wheel.tick();
        await settled();
      }
    },
  };
}
