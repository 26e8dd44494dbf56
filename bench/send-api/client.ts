import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * The clients, in a process of their own: one keep-alive connection for each sender, a request at a time on each, written as
 * bytes and read no further than to the end of the answer, so that they cost next to nothing.
 */
export interface Load {
  readonly port: number;
  /** One for each connection: what stands in `authorization`, and whom the bare server takes for the sender. */
  readonly callers: readonly { readonly token: string; readonly personId: string }[];
  readonly recipients: readonly string[];
  readonly sends: number;
}

const TEXT = 'See you at the harbour at eight? Bring the blue umbrella.';
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CREATED = 'HTTP/1.1 201';

let run = 0;

process.on('message', (load: Load) => {
  run += 1;
  send(load).then(
    () => process.send?.({ done: load.sends }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

async function send(load: Load): Promise<void> {
  let left = load.sends;
  await Promise.all(
    load.callers.map(async (caller, index) => {
      const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      const answers = new Answers(socket);
      while (left > 0) {
        left -= 1;
        socket.write(requestOf(load, caller, `${process.pid}-${run}-${index}-${left}`, left));
        await answers.next();
      }
      socket.destroy();
    }),
  );
}

function requestOf({ recipients }: Load, { token, personId }: Load['callers'][number], key: string, turn: number): string {
  const body = JSON.stringify({ text: TEXT, to: { user_ids: [recipients[turn % recipients.length]] } });
  return (
    'POST /v1/snaps HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n' +
    `authorization: Bearer ${token}\r\nx-sender: ${personId}\r\nidempotency-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

/** Whole answers of one connection, one after the other. */
class Answers {
  #received: Buffer = Buffer.alloc(0);
  #waiting?: { resolve: () => void; reject: (error: Error) => void };

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  next(): Promise<void> {
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + END_OF_HEAD.length + length) return;
    const { resolve, reject } = this.#waiting!;
    if (head.startsWith(CREATED)) resolve();
    else reject(new Error(this.#received.toString()));
    this.#received = Buffer.alloc(0);
  }
}
