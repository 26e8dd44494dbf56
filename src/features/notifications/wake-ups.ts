import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Random } from '../../platform/ids/index.js';
import type { PushOutcome } from './notifier.js';
import { PushSettings } from './notifications.settings.js';
import { PushSends } from './push-sends.js';
import { SubscriptionsRepository, type TakenSubscription } from './subscriptions.repository.js';
import { WakingEvents } from './waking-events.js';
import { WakeTimes } from './wake-times.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wakes up a device, if by now there is something to wake it up for. Everything is asked of rows anew; safe to run twice. */
@Injectable()
export class WakeUps {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly waking: WakingEvents,
    private readonly sends: PushSends,
    private readonly times: WakeTimes,
    private readonly settings: PushSettings,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async wake(deviceId: string): Promise<void> {
    const taken = await this.subscriptions.take(deviceId);
    if (!taken) return;
    const { head, until } = await this.waking.look(taken.person_id, { acked: Number(taken.acked), looked: Number(taken.looked_seq) });
    const ttlSeconds = until === undefined ? 0 : ttlOf(until - this.clock.now());
    if (ttlSeconds === 0) await this.subscriptions.settle(deviceId, head, false);
    else await this.#conclude(deviceId, taken, head, await this.sends.send(deviceId, taken, { ttlSeconds }));
    // What came while this was under way found the device taken.
    await this.times.mark([taken.person_id]);
  }

  async #conclude(deviceId: string, taken: TakenSubscription, head: number, outcome: PushOutcome): Promise<void> {
    const { failures, target_mac } = taken;
    if (outcome.kind === 'sent') return this.subscriptions.settle(deviceId, head, true);
    const isHopeless = outcome.kind === 'refused' && failures + 1 >= this.settings.maxRefusals;
    if (outcome.kind === 'gone' || isHopeless) return this.subscriptions.prune(deviceId, target_mac);
    const retryIn = outcome.kind === 'later' ? (outcome.retryAfterSeconds ?? this.#backoff(failures)) : null;
    const due = await this.subscriptions.fail(deviceId, retryIn, head);
    if (due !== undefined) await this.times.set(deviceId, due);
  }

  /** Doubling, and spread so that a service that comes back is not met by everybody at once. */
  #backoff(failures: number): number {
    const { retrySeconds, maxRetrySeconds } = this.settings;
    const spread = 0.5 + this.random.bytes(1).readUInt8() / 255;
    return Math.min(maxRetrySeconds, retrySeconds * 2 ** Math.min(failures, 16)) * spread;
  }
}

/** Never more than what is left, and no finer than it must be: to the second it would tell what kind of thing somebody sent. */
export function ttlOf(leftMs: number): number {
  const grain = leftMs >= HOUR ? HOUR : leftMs >= MINUTE ? MINUTE : SECOND;
  return Math.max(0, Math.floor(leftMs / grain) * (grain / SECOND));
}
