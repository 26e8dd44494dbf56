import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { script } from '../support/abba.js';
import type { Load } from './client.js';

/** The server's handle on its clients: their CPU is not the server's. They end with it. */
export class Clients {
  readonly #child: ChildProcess = fork(fileURLToPath(script('./client', import.meta.url)), { execArgv: [] });

  /** @throws Error with the answer where one was not 201 */
  async send(load: Load): Promise<void> {
    this.#child.send(load);
    const [answer] = (await once(this.#child, 'message')) as [{ error?: string }];
    if (answer.error) throw new Error(answer.error);
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
