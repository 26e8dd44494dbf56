import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { script } from '../support/abba.js';
import type { Order } from './load.js';

/** The server's handle on the process of the phones. */
export class Phones {
  readonly #child: ChildProcess = fork(fileURLToPath(script('./client', import.meta.url)), { execArgv: [] });

  /** @throws Error in words of that process */
  async told(order: Order): Promise<void> {
    this.#child.send(order);
    const [answer] = (await once(this.#child, 'message')) as [{ error?: string }];
    if (answer.error) throw new Error(answer.error);
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
