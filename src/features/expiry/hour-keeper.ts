import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HourKeys } from '../../platform/key-vault/index.js';
import { Log } from '../../platform/observability/index.js';
import { HourMaker } from './hour-maker.js';

const EVERY_MS = 1000;

/** Every process's second hand: keeps hours ready ahead and forgets the keys of those that ended. */
@Injectable()
export class HourKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer?: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly maker: HourMaker,
    private readonly keys: HourKeys,
    private readonly log: Log,
  ) {}

  /** The first hours are there before the first request is. */
  async onApplicationBootstrap(): Promise<void> {
    await this.maker.ensureAhead();
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tick(): void {
    this.keys.forgetPast();
    this.#running = this.#running
      .then(() => this.maker.ensureAhead())
      .catch((error: unknown) => this.log.error({ err: error }, 'hours could not be made ahead; the next second tries again'));
  }
}
