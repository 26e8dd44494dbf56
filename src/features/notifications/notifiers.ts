import { Injectable } from '@nestjs/common';
import type { Notifier } from './notifier.js';
import { noSuchProvider } from './notifications.errors.js';
import type { PushProvider } from './push-target.js';
import { WebPushNotifier } from './web-push/web-push.notifier.js';

/** The ways in which this server can wake people up, by provider. */
@Injectable()
export class Notifiers {
  readonly #all: Readonly<Record<PushProvider, Notifier>>;

  constructor(webPush: WebPushNotifier) {
    this.#all = { webpush: webPush };
  }

  of(provider: PushProvider): Notifier {
    return this.#all[provider];
  }

  /** @throws Fault `validation_failed` where the operator has not set it up */
  ready(provider: PushProvider): Notifier {
    const notifier = this.of(provider);
    if (!notifier.isReady) throw noSuchProvider();
    return notifier;
  }
}
