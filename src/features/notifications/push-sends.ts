import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/observability/index.js';
import { Notifiers } from './notifiers.js';
import type { PushOutcome, WakeUp } from './notifier.js';
import type { PushProvider } from './push-target.js';
import { SubscriptionSeal } from './subscription-seal.js';

/** One send to one device, counted. Says nothing to the log: where somebody can be reached is nobody's business. */
@Injectable()
export class PushSends {
  constructor(
    private readonly seal: SubscriptionSeal,
    private readonly notifiers: Notifiers,
    private readonly metrics: Metrics,
  ) {}

  async send(deviceId: string, row: { provider: PushProvider; target: Buffer }, wakeUp: WakeUp): Promise<PushOutcome> {
    const target = this.seal.open(deviceId, row.target);
    const outcome: PushOutcome = target ? await this.notifiers.of(target.provider).wake(target, wakeUp) : { kind: 'gone' };
    this.metrics.pushes.inc({ provider: row.provider, outcome: 'why' in outcome ? outcome.why : outcome.kind });
    return outcome;
  }
}
