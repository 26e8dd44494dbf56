import type { WebSocket } from 'ws';
import type { Wire } from '../connection.js';

/** A `ws` socket as a connection sees it. What is sent after the close is dropped. */
export class WsWire implements Wire {
  constructor(private readonly socket: WebSocket) {}

  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  send(text: string, taken?: () => void): void {
    this.socket.send(text, taken && (() => taken()));
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}
