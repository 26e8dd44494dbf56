import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Sequencer } from '../ledger/index.js';
import { Sweeper } from './sweeper.js';

const EVERY_MS = 15_000;

/** The worker's clock: a sweep at start and every 15 s, last of all when everything else stands. */
@Injectable()
export class SweepTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly sweeper: Sweeper,
    sequencer: Sequencer,
  ) {
    sweeper.register({ name: 'log', run: () => sequencer.run() });
  }

  onApplicationBootstrap(): void {
    void this.sweeper.sweep();
    this.#timer = setInterval(() => void this.sweeper.sweep(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.sweeper.idle();
  }
}
