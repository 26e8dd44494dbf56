import { Injectable } from '@nestjs/common';
import { Fault } from '../../platform/faults/index.js';
import { Notifiers } from './notifiers.js';
import type { PushTarget } from './push-target.js';
import { SubscriptionSeal } from './subscription-seal.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** Where a device is to be woken up, as the device itself says. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly seal: SubscriptionSeal,
    private readonly notifiers: Notifiers,
  ) {}

  /** @throws Fault `validation_failed` where this server sends nothing there; `session_ended` */
  async put({ personId, deviceId }: { personId: string; deviceId: string }, target: PushTarget): Promise<void> {
    this.notifiers.ready(target.provider).check(target);
    const row = {
      deviceId,
      personId,
      provider: target.provider,
      target: this.seal.seal(deviceId, target),
      targetMac: this.seal.mac(target),
    };
    if (!(await this.subscriptions.put(row))) throw new Fault('session_ended', 'This session has ended; sign in again.');
  }

  remove(deviceId: string): Promise<void> {
    return this.subscriptions.remove(deviceId);
  }
}
