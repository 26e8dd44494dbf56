import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { Sequencer } from '../ledger/index.js';
import { ErasureSettler } from './erasure-settler.js';
import { HourCloser } from './hour-closer.js';
import { HourEnder } from './hour-ender.js';
import { Sweeper } from './sweeper.js';

const EVERY_MS = 15_000;

/** The worker's clock: a sweep at start and every 15 s, last of all when everything else stands. */
@Injectable()
export class SweepTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly sweeper: Sweeper,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hours: Hours,
    ender: HourEnder,
    closer: HourCloser,
    settler: ErasureSettler,
    sequencer: Sequencer,
  ) {
    // Ending has a task of its own: closing may wait for the object store, keys and rows must not.
    sweeper.register({ name: 'ending hours', run: () => ender.endDue() });
    sweeper.register({ name: 'closing hours', run: () => closer.closeDue() });
    sweeper.register({ name: 'erasures', run: () => settler.settleDue() });
    sweeper.register({ name: 'log', run: () => sequencer.run() });
    sweeper.register({ name: 'event steps', run: () => this.#dropEventSteps() });
  }

  onApplicationBootstrap(): void {
    void this.sweeper.sweep();
    this.#timer = setInterval(() => void this.sweeper.sweep(), EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.sweeper.idle();
  }

  /** Counted from a step's first event: no event row outlives the longest life (docs/adr/0003). */
  async #dropEventSteps(): Promise<void> {
    await this.database.query('SELECT drop_event_steps($1)', [this.clock.now() - this.hours.ttlMs]);
  }
}
