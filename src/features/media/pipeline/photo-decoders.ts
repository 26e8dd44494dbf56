import { performance } from 'node:perf_hooks';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pLimit from 'p-limit';
import { settles } from '../../../platform/queue/index.js';
import { DecoderBusy } from './decoder-busy.js';
import { DecoderProcess } from './decoder-process.js';
import { libvips } from './libvips.js';
import type { Photo } from './photo.js';

/** As many photos at once; each takes one core. */
const AT_ONCE = 2;
const IDLE_MS = 60_000;
/** A photo that waits here holds one of its queue's two places: it waits no longer for one that may be hanging (R19: 2 s). */
const GIVE_WAY_MS = 1500;

/** One that is being decoded, and until when others wait for it. */
interface Turn {
  readonly work: Promise<Photo>;
  readonly waitedForUntil: number;
}

/**
 * Decoders, in processes of their own: a file that takes its decoder down takes nothing else with it, neither the photo beside
 * it nor the server (R19). They start when they are needed and end after a minute without work, or with this process, however
 * that ends.
 */
@Injectable()
export class PhotoDecoders implements OnApplicationShutdown, OnModuleInit {
  readonly #idle: DecoderProcess[] = [];
  readonly #lane = pLimit(AT_ONCE);
  /** Memory: a 64-megapixel AVIF takes 1.2 GB while it is decoded (a JPEG of that size at most 0.3), so one at a time. HEIC as well. */
  #wholeFrame?: Turn;
  #idleTimer?: NodeJS.Timeout;
  #isClosing = false;

  /** R61: hostile files meet no decoder with known faults. @throws Error */
  onModuleInit(): void {
    const { version, isSound } = libvips();
    if (!isSound) throw new Error(`libvips ${version} has known faults in its decoders. Run npm ci: the lockfile brings a sound one.`);
  }

  /**
   * @throws MediaRejected see `DecoderProcess.make`
   * @throws DecoderBusy where another of its kind may be hanging: again later, as after any other error
   */
  async make(file: Buffer): Promise<Photo> {
    const work = (): Promise<Photo> => this.#lane(() => this.#make(file));
    return isIsoMedia(file) ? this.#oneAtATime(work) : work();
  }

  /** Idle ones end now, busy ones after their file: one that is cut off would look like poison. */
  onApplicationShutdown(): void {
    this.#isClosing = true;
    this.#endIdle();
  }

  async #oneAtATime(work: () => Promise<Photo>): Promise<Photo> {
    while (this.#wholeFrame) {
      const { work: ahead, waitedForUntil } = this.#wholeFrame;
      if ((await settles(ahead, waitedForUntil - performance.now())) === 'late') throw new DecoderBusy();
    }
    const mine = work().finally(() => (this.#wholeFrame = undefined));
    this.#wholeFrame = { work: mine, waitedForUntil: performance.now() + GIVE_WAY_MS };
    return mine;
  }

  async #make(file: Buffer): Promise<Photo> {
    const decoder = this.#borrow() ?? (await DecoderProcess.start());
    try {
      return await decoder.make(file);
    } finally {
      this.#idle.push(decoder);
      if (this.#isClosing) this.#endIdle();
      else this.#endIdleLater();
    }
  }

  /** One that lives, of those that wait; the dead are forgotten. */
  #borrow(): DecoderProcess | undefined {
    let decoder = this.#idle.pop();
    while (decoder && !decoder.isAlive) decoder = this.#idle.pop();
    return decoder;
  }

  #endIdleLater(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#endIdle(), IDLE_MS).unref();
  }

  #endIdle(): void {
    clearTimeout(this.#idleTimer);
    for (const decoder of this.#idle.splice(0)) decoder.end();
  }
}

/** The container of AVIF and HEIC: its first box is `ftyp` (ISO/IEC 14496-12 §4.3). Decides about a lane, never about what a file is. */
function isIsoMedia(file: Buffer): boolean {
  return file.toString('latin1', 4, 8) === 'ftyp';
}
