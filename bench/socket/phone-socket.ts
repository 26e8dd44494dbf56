import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const READY = '"op":"ready"';
const HEAD_BYTES = 2;
/** Opcodes, RFC 6455 §5.2. */
const [TEXT, CLOSE] = [1, 8];

/** A websocket client that does no more than a bench needs: its CPU is not measured, but it shares the machine. */
export class PhoneSocket {
  onBytes: (count: number) => void = () => undefined;
  onClose: () => void = () => undefined;
  /** The server says goodbye, with its code. */
  onCloseFrame: (code: number) => void = () => undefined;
  /** Set: frames are cut out of the stream and handed over as text. */
  onFrame?: (text: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {}

  /**
   * @param token identifies with it and waits for `ready`; without one, waits for the handshake alone
   * @param onFrame gets every frame from the first on
   */
  static open(port: number, token?: string, onFrame?: (text: string) => void): Promise<PhoneSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const phone = new PhoneSocket(socket);
      phone.onFrame = onFrame;
      let head = '';
      let said = '';
      const onData = (chunk: Buffer): void => {
        const isHead = !head.endsWith(END_OF_HEAD);
        let frames = chunk;
        if (isHead) {
          const text = head + chunk.toString('latin1');
          const end = text.indexOf(END_OF_HEAD);
          if (end < 0) return void (head = text);
          frames = chunk.subarray(end + END_OF_HEAD.length - head.length);
          head = text.slice(0, end + END_OF_HEAD.length);
          if (!head.startsWith('HTTP/1.1 101')) return reject(new Error(head));
          if (token) phone.send(JSON.stringify({ op: 'identify', token, after: 0 }));
        }
        said += frames.toString('latin1');
        phone.#take(frames);
        if (token && !said.includes(READY)) return;
        socket.off('data', onData);
        socket.on('data', (bytes: Buffer) => phone.#take(bytes));
        socket.on('close', () => phone.onClose());
        resolve(phone);
      };
      socket.on('data', onData).once('error', reject);
      socket.once('close', () => reject(new Error(`closed; the server said ${head}${said}`)));
      socket.write(
        `GET /v1/realtime HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
          `sec-websocket-key: ${randomBytes(16).toString('base64')}\r\nsec-websocket-protocol: flits.v1.json\r\n\r\n`,
      );
    });
  }

  /** Masked with zeros: as good as any mask to a server, and nothing to compute. */
  send(text: string): void {
    const payload = Buffer.from(text);
    const length =
      payload.length < 126 ? Buffer.of(0x80 | payload.length) : Buffer.of(0x80 | 126, payload.length >> 8, payload.length & 255);
    this.socket.write(Buffer.concat([Buffer.of(0x81), length, Buffer.alloc(4), payload]));
  }

  /** Takes nothing any more, as a phone in a tunnel: what it is sent waits at the server. */
  stall(): void {
    this.socket.pause();
  }

  /** Takes what waited, and all that follows. */
  goOn(): void {
    this.socket.resume();
  }

  /** With a reset: ten thousand of them would keep as many ports busy for a minute. */
  cut(): void {
    this.socket.removeAllListeners('close').on('error', () => undefined);
    this.socket.resetAndDestroy();
  }

  #take(chunk: Buffer): void {
    this.onBytes(chunk.length);
    if (!this.onFrame) return;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const frame = firstFrame(this.#rest);
      if (!frame) return;
      this.#rest = this.#rest.subarray(frame.end);
      if (frame.opcode === TEXT) this.onFrame(frame.payload.toString('latin1'));
      else if (frame.opcode === CLOSE) this.onCloseFrame(frame.payload.readUInt16BE(0));
    }
  }
}

function firstFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const short = bytes.readUInt8(1);
  if (short === 126 && bytes.length < 4) return undefined;
  const [start, length] = short === 126 ? [4, bytes.readUInt16BE(2)] : [HEAD_BYTES, short];
  if (bytes.length < start + length) return undefined;
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: bytes.subarray(start, start + length), end: start + length };
}
