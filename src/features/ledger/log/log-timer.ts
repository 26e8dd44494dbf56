import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Hours } from '../../../platform/ids/index.js';
import { Log } from '../../../platform/observability/index.js';
import { lastCut } from './log-cut.js';
import { Sequencer } from './sequencer.js';

/**
 * After the cut by the database's clock, which this process knows to half a round trip: tens of milliseconds on a busy machine.
 * Too early there is nothing to publish yet, and the next look may be a minute later.
 */
const MARGIN_MS = 250;
const MAX_TIMEOUT_MS = 60_000;

/** A worker's clock of the log: publishes right after each cut. The sweep does it as well, should this fail. */
@Injectable()
export class LogTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer?: NodeJS.Timeout;
  #isStopped = false;

  constructor(
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
    private readonly hours: Hours,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#arm();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.sequencer.idle();
  }

  #arm(): void {
    if (this.#isStopped) return;
    const now = this.clock.now();
    const { bucketMs } = this.hours;
    const wait = lastCut(this.hours, now) + bucketMs - now + Math.min(MARGIN_MS, bucketMs / 20);
    this.#timer = setTimeout(() => void this.#tick(), Math.min(wait, MAX_TIMEOUT_MS));
  }

  async #tick(): Promise<void> {
    await this.sequencer
      .run()
      .catch((error: unknown) => this.log.error({ err: error }, 'the log could not be published; the next sweep tries again'));
    this.#arm();
  }
}
