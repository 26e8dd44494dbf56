import { Module, type OnModuleInit } from '@nestjs/common';
import { ServerFacts } from '../../platform/http/index.js';
import { PushController } from './http/push.controller.js';
import { NotificationsModule } from './notifications.module.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { WebPushNotifier } from './web-push/web-push.notifier.js';

/** Registering for wake-ups. */
@Module({ imports: [NotificationsModule], controllers: [PushController], providers: [SubscriptionsService] })
export class NotificationsHttpModule implements OnModuleInit {
  constructor(
    private readonly facts: ServerFacts,
    private readonly webPush: WebPushNotifier,
  ) {}

  onModuleInit(): void {
    const { publicKey } = this.webPush;
    if (publicKey) this.facts.add({ capabilities: ['push_webpush'], push: { webpush: { vapid_public_key: publicKey } } });
  }
}
