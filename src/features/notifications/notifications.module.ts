import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { NotificationParts } from './notifications.parts.js';
import { PushSettings } from './notifications.settings.js';
import { Notifiers } from './notifiers.js';
import { PushSends } from './push-sends.js';
import { SubscriptionSeal } from './subscription-seal.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { TestWakeUps } from './test-wake-ups.js';
import { PushAddresses } from './web-push/push-addresses.js';
import { PushHttp } from './web-push/push-http.js';
import { WebPushNotifier } from './web-push/web-push.notifier.js';

/** Where devices are woken up: what every process has that ends sessions or tells people what is held about them. */
@Module({
  providers: [
    NotificationParts,
    Notifiers,
    PushSends,
    SubscriptionSeal,
    SubscriptionsRepository,
    TestWakeUps,
    WebPushNotifier,
    { provide: PushSettings, useFactory: () => new PushSettings() },
    { provide: PushAddresses, inject: [Config], useFactory: (config: Config) => new PushAddresses(config.PUSH_ALLOWED_HOSTS) },
    { provide: PushHttp, inject: [PushAddresses], useFactory: (addresses: PushAddresses) => new PushHttp(addresses) },
  ],
  exports: [Notifiers, PushSends, PushSettings, SubscriptionSeal, SubscriptionsRepository, TestWakeUps, WebPushNotifier],
})
export class NotificationsModule {}
