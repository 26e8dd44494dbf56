import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { ErasureSettler } from './erasure-settler.js';
import { HourCloser } from './hour-closer.js';
import { HourEnder } from './hour-ender.js';
import { Sweeper } from './sweeper.js';

/** What a sweep purges by itself; features register theirs. */
@Injectable()
export class PurgeTasks implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly ender: HourEnder,
    private readonly closer: HourCloser,
    private readonly settler: ErasureSettler,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hours: Hours,
  ) {}

  onModuleInit(): void {
    // Ending has a task of its own: closing may wait for the object store, keys and rows must not.
    this.sweeper.register({ name: 'ending hours', run: () => this.ender.endDue() });
    this.sweeper.register({ name: 'closing hours', run: () => this.closer.closeDue() });
    this.sweeper.register({ name: 'erasures', run: () => this.settler.settleDue() });
    this.sweeper.register({ name: 'event steps', run: () => this.#dropEventSteps() });
  }

  /** Counted from a step's first event: no event row outlives the longest life (docs/adr/0003). */
  async #dropEventSteps(): Promise<void> {
    await this.database.query('SELECT drop_event_steps($1)', [this.clock.now() - this.hours.ttlMs]);
  }
}
