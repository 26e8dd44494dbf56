import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Load } from './load.js';

/** This side's end of client.ts. */
export class Phone {
  #child?: ChildProcess;

  async upload(load: Load): Promise<void> {
    this.#child ??= fork(fileURLToPath(new URL('./client.js', import.meta.url)));
    this.#child.send(load);
    const [answer] = (await once(this.#child, 'message')) as [{ error?: string }];
    if (answer.error) throw new Error(answer.error);
  }

  close(): void {
    this.#child?.disconnect();
  }
}

/** What came in through a server's connections so far, bytes. */
export function countBytes(server: Server): () => number {
  const sockets = new Set<Socket>();
  let closed = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closed += socket.bytesRead;
    });
  });
  return () => [...sockets].reduce((sum, socket) => sum + socket.bytesRead, closed);
}
