import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MediaRejected } from '../media-rejected.js';
import type { DecoderAnswer } from './decoder.js';
import { DECODE_SECONDS } from './limits.js';
import type { Photo } from './photo.js';

const START_MS = 30_000;

// Built code runs as it is; sources (tests, benches) need the loader that runs them.
const isSource = import.meta.url.endsWith('.ts');
const script = fileURLToPath(new URL(isSource ? './decoder.ts' : './decoder.js', import.meta.url));
const loader = isSource ? ['--import', new URL('../../../../scripts/lib/typescript.mjs', import.meta.url).href] : [];
/** 1 GiB for libheif; the largest HEIC allowed takes 0.4. */
const execArgv = [...loader, '--wasm-max-mem-pages=16384'];

/**
 * All the environment it gets: no secret, and what keeps glibc from handing the pixels' memory back to the kernel after every
 * photo and having it zeroed again (2 % of a photo's CPU). The memory goes with the process, a minute after its last photo.
 */
const env = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '67108864', MALLOC_TRIM_THRESHOLD_: '268435456' };

/** One decoder in a process of its own, for one file at a time. A file that kills it is told apart from every other. */
export class DecoderProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly killAfterMs: number,
  ) {
    // A process that cannot be signalled or written to shows by its exit.
    child.on('error', () => undefined);
  }

  /**
   * @param killAfterMs wall clock a file may take
   * @throws Error where it cannot be started: the machine's fault, never a file's
   */
  static async start(killAfterMs = DECODE_SECONDS * 1000): Promise<DecoderProcess> {
    const child = fork(script, { execArgv, env, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const decoder = new DecoderProcess(child, killAfterMs);
    const answer = await decoder.#exchange(START_MS).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error('a decoder process did not start', { cause: error });
    });
    if (answer.kind !== 'started') throw new Error(`a decoder process began with ${answer.kind}`);
    return decoder;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isAlive(): boolean {
    return this.child.connected;
  }

  /** @throws MediaRejected what `makePhoto` throws; `poison` where the process died of it, `too_slow` where it had to be killed */
  async make(file: Buffer): Promise<Photo> {
    const answer = await this.#exchange(this.killAfterMs, { file });
    if (answer.kind === 'photo') return answer.photo;
    if (answer.kind === 'rejected') throw new MediaRejected(answer.reason);
    throw new Error(`a decoder failed: ${answer.kind === 'failed' ? answer.message : answer.kind}`);
  }

  end(): void {
    if (this.child.connected) this.child.disconnect();
  }

  /** Sends, where there is something to send, and waits for the answer or the end of the process. */
  #exchange(patienceMs: number, message?: { file: Buffer }): Promise<DecoderAnswer> {
    const { child } = this;
    this.#hold(true);
    return new Promise<DecoderAnswer>((resolve, reject) => {
      let isTooLate = false;
      const timer = setTimeout(() => (isTooLate = child.kill('SIGKILL')), patienceMs);
      const settle = (conclude: () => void): void => {
        clearTimeout(timer);
        child.off('message', onAnswer).off('exit', onExit).off('error', onError);
        conclude();
      };
      const onAnswer = (answer: DecoderAnswer): void => settle(() => resolve(answer));
      const onExit = (): void => settle(() => reject(new MediaRejected(isTooLate ? 'too_slow' : 'poison')));
      const onError = (error: Error): void => settle(() => reject(error));
      child.on('message', onAnswer).on('exit', onExit).on('error', onError);
      if (message) child.send(message);
    }).finally(() => this.#hold(false));
  }

  /** An idle decoder keeps nobody's process alive. */
  #hold(isBusy: boolean): void {
    if (isBusy) {
      this.child.ref();
      this.child.channel?.ref();
    } else {
      this.child.unref();
      this.child.channel?.unref();
    }
  }
}
