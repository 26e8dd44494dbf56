import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection } from '@nestjs/websockets';
import { WebSocket, type ServerOptions } from 'ws';
import { AckBatcher } from '../ack-batcher.js';
import { closeCodes } from '../close-codes.js';
import { Connection } from '../connection.js';
import { GatewayParts } from '../gateway-parts.js';
import { CLOSE_SECONDS, MAX_FRAME_BYTES, REALTIME_PATH } from '../realtime.settings.js';
import { Sockets } from '../sockets.js';
import { SocketDoor } from './socket-door.js';
import { chooseSubprotocol } from './subprotocol.js';

/** A socket that knows its connection: all of them share their listeners, of which an idle one then costs nothing. */
class Peer extends WebSocket {
  connection?: Connection;
}

export const socketOptions = {
  WebSocket: Peer,
  path: REALTIME_PATH,
  perMessageDeflate: false, // Once used it costs some 37 times the memory of a socket.
  maxPayload: MAX_FRAME_BYTES,
  closeTimeout: CLOSE_SECONDS * 1000,
  handleProtocols: chooseSubprotocol,
} satisfies ServerOptions<typeof Peer> & { closeTimeout: number };

/** Reconnects are spread over one second for this many sockets, within bounds. */
const RECONNECTS_A_SECOND = 200;

/** Ties sockets to connections, and sends everybody away when the process goes down. */
@WebSocketGateway(socketOptions)
export class RealtimeGateway implements OnGatewayConnection, OnModuleInit, OnModuleDestroy {
  #isLeaving = false;

  constructor(
    private readonly door: SocketDoor,
    private readonly sockets: Sockets,
    private readonly acks: AckBatcher,
    private readonly parts: GatewayParts,
  ) {}

  onModuleInit(): void {
    this.parts.wheel.start();
  }

  handleConnection(socket: Peer, request: IncomingMessage): void {
    socket.on('error', onError);
    socket.pause();
    void this.#admit(socket, request);
  }

  /** `reconnect`, close 1012, a moment for goodbyes; the acks that came until then are written. */
  async onModuleDestroy(): Promise<void> {
    this.#isLeaving = true;
    const { wheel, settings, jitter } = this.parts;
    const spread = Math.min(Math.max(Math.ceil(this.sockets.size / RECONNECTS_A_SECOND), 3), 30);
    this.sockets.sendAway(() => 1 + Math.floor(jitter() * spread));
    const patience = new AbortController();
    await Promise.race([this.sockets.whenEmpty(), delay(settings.goodbyeMs, undefined, patience).catch(() => undefined)]);
    patience.abort();
    wheel.stop();
    await this.acks.flush();
  }

  async #admit(socket: Peer, request: IncomingMessage): Promise<void> {
    const refusal = await this.door.refusal(socket.protocol, request);
    socket.resume();
    if (refusal) {
      socket.close(closeCodes[refusal].code, closeCodes[refusal].reason);
      return;
    }
    const connection = new Connection(socket, this.parts);
    socket.connection = connection;
    socket.on('message', onMessage).on('ping', onPing).on('close', onClose);
    connection.open();
    if (this.#isLeaving) connection.sendAway(1);
  }
}

/** A peer that breaks the protocol (RFC 6455) or vanishes: `close` follows, with the code. */
function onError(): void {}

function onMessage(this: Peer, data: Buffer, isBinary: boolean): void {
  if (isBinary) this.connection?.receiveForeign();
  else this.connection?.receive(data.toString());
}

function onPing(this: Peer): void {
  this.connection?.receivePing();
}

function onClose(this: Peer): void {
  this.connection?.gone();
}
