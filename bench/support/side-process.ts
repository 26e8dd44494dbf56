import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Command, Round } from './side.js';

/** The parent's handle on a side. It computes only while it is told to: the other side has the machine meanwhile. */
export class SideProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** @param script the module that calls `serveSide`, as a URL beside the bench; @param env added to the environment */
  static async start(script: URL, env: Readonly<Record<string, string>> = {}): Promise<SideProcess> {
    const child = fork(fileURLToPath(script), {
      env: { ...process.env, ...env },
      execArgv: [...process.execArgv, '--expose-gc'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const side = new SideProcess(child);
    await side.#ask('prepare');
    return side;
  }

  async round(): Promise<Round> {
    const { round } = await this.#ask('round');
    if (!round) throw new Error('a side answered without a measurement');
    return round;
  }

  async close(): Promise<void> {
    const left = once(this.child, 'exit');
    await this.#ask('close');
    await left;
  }

  #ask(command: Command): Promise<Exclude<Answer, { error: string }>> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`a side ended during ${command} (${code})`));
      this.child.once('exit', onExit);
      this.child.once('message', (answer: Answer) => {
        this.child.off('exit', onExit);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer);
      });
      this.child.send(command);
    });
  }
}
