import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { WallClock } from '../../src/platform/clock/index.js';
import type { EventPage, LoggedEvent } from '../../src/features/events/index.js';
import { AckBatcher } from '../../src/features/realtime/ack-batcher.js';
import { deadlinesOf } from '../../src/features/realtime/deadlines.js';
import type { GatewayParts } from '../../src/features/realtime/gateway-parts.js';
import { Hearers } from '../../src/features/realtime/hearers.js';
import { PageReader } from '../../src/features/realtime/page-reader.js';
import { RealtimeSettings, TICK_MS } from '../../src/features/realtime/realtime.settings.js';
import { Sockets } from '../../src/features/realtime/sockets.js';
import { Wheel } from '../../src/features/realtime/wheel.js';
import type { SocketDoor } from '../../src/features/realtime/ws/socket-door.js';
import { RealtimeGateway, socketOptions } from '../../src/features/realtime/ws/realtime.gateway.js';
import { eventData } from './event-data.js';

export interface Running {
  readonly port: number;
  close(): Promise<void>;
}

/** The gateway as it ships, on a log in memory: what a socket costs, without what PostgreSQL and Redis cost. */
export class BenchGateway implements Running {
  readonly #heads = new Map<string, number>();
  onAck: (personId: string, seq: number) => void = () => undefined;
  /** Set before sockets come: the gateway says goodbye to one; whether the phone hears it is the phone's affair. */
  onGoodbye?: (code?: number) => void;

  private constructor(
    private readonly server: Server,
    private readonly hearers: Hearers,
    private readonly gateway: RealtimeGateway,
  ) {}

  /** @param changes of the settings it ships with */
  static async start(changes: Partial<RealtimeSettings> = {}): Promise<BenchGateway> {
    const settings = new RealtimeSettings(changes);
    const wheel = new Wheel(TICK_MS);
    const hearers = new Hearers();
    const sockets = new Sockets(hearers);
    const acks = new AckBatcher({ ack: () => Promise.resolve() }, settings, fail);
    const server = createServer();
    const log = {
      page: (owner: string, after: number, limit = Infinity) => Promise.resolve(bench.#page(owner, after, limit)),
      head: (owner: string) => Promise.resolve(bench.#head(owner)),
    };
    const parts: GatewayParts = {
      authenticate: (token) => Promise.resolve({ personId: token.slice(0, token.indexOf('/')), deviceId: token }),
      isEnded: () => Promise.resolve(false),
      onFailed: fail,
      jitter: Math.random,
      sockets,
      pages: new PageReader(log, settings),
      acks: {
        add: (personId, deviceId, seq) => {
          acks.add(personId, deviceId, seq);
          bench.onAck(personId, seq);
        },
      },
      wheel,
      deadlines: deadlinesOf(settings, wheel),
      settings,
      clock: new WallClock(),
    };
    // The door is passed once a connection, on its way in.
    const door: Pick<SocketDoor, 'refusal'> = { refusal: () => Promise.resolve(undefined) };
    const gateway = new RealtimeGateway(door as SocketDoor, sockets, acks, parts);
    const bench = new BenchGateway(server, hearers, gateway);
    gateway.onModuleInit();
    new WebSocketServer({ ...socketOptions, server }).on('connection', (socket, request) => {
      if (bench.onGoodbye) overhear(socket, bench.onGoodbye);
      gateway.handleConnection(socket, request);
    });
    await listening(server);
    return bench;
  }

  get port(): number {
    return portOf(this.server);
  }

  /** One more event for a person, and the hint of it. @returns its number */
  happen(personId: string): number {
    const seq = this.#head(personId) + 1;
    this.#heads.set(personId, seq);
    this.hearers.tell(personId, seq);
    return seq;
  }

  async close(): Promise<void> {
    await this.gateway.onModuleDestroy();
    this.server.close();
  }

  #head(personId: string): number {
    return this.#heads.get(personId) ?? 0;
  }

  #page(personId: string, after: number, limit: number): EventPage {
    const head = this.#head(personId);
    const next = Math.min(head, after + limit);
    const { type, at, data } = eventData;
    const events: LoggedEvent[] = [];
    for (let seq = after + 1; seq <= next; seq += 1) events.push({ seq, type, at, data });
    return { events, next, more: next < head, head, resync: false };
  }
}

function overhear(socket: WebSocket, onGoodbye: (code?: number) => void): void {
  const close = socket.close.bind(socket);
  socket.close = (code, reason) => {
    onGoodbye(code);
    close(code, reason);
  };
}

/** Nothing but `ws`, with the same options. */
export async function startBare(onSocket: (socket: WebSocket) => void): Promise<Running> {
  const server = createServer();
  new WebSocketServer({ ...socketOptions, server }).on('connection', onSocket);
  await listening(server);
  return { port: portOf(server), close: () => Promise.resolve(void server.close()) };
}

async function listening(server: Server): Promise<void> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
