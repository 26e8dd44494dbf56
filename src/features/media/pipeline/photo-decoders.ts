import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pLimit from 'p-limit';
import { DecoderProcess } from './decoder-process.js';
import { isIsoMedia } from './iso-media.js';
import { libvips } from './libvips.js';
import type { Photo } from './photo.js';

/** As many photos at once; each takes one core. */
const AT_ONCE = 2;
const IDLE_MS = 60_000;

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
  readonly #wholeFrameLane = pLimit(1);
  #idleTimer?: NodeJS.Timeout;
  #isClosing = false;

  /** R61: hostile files meet no decoder with known faults. @throws Error */
  onModuleInit(): void {
    const { version, isSound } = libvips();
    if (!isSound) throw new Error(`libvips ${version} has known faults in its decoders. Run npm ci: the lockfile brings a sound one.`);
  }

  /** @throws MediaRejected see `DecoderProcess.make`; any other error is the machine's: again later */
  async make(file: Buffer): Promise<Photo> {
    const work = (): Promise<Photo> => this.#lane(() => this.#make(file));
    return isIsoMedia(file) ? this.#wholeFrameLane(work) : work();
  }

  /** Idle ones end now, busy ones after their file: one that is cut off would look like poison. */
  onApplicationShutdown(): void {
    this.#isClosing = true;
    this.#endIdle();
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
