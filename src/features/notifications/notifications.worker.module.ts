import { Module, type OnModuleInit } from '@nestjs/common';
import { ExpiryWorkerModule, Sweeper } from '../expiry/index.js';
import { WakeDeviceHandler } from './jobs/wake-device.handler.js';
import { NotificationsModule } from './notifications.module.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { WakeListener } from './wake-listener.js';
import { WakeTimes } from './wake-times.js';
import { WakeUps } from './wake-ups.js';
import { WakingEvents } from './waking-events.js';

/** Waking people up. Reads events as sockets do, so it needs the modules that say how they read. */
@Module({
  imports: [NotificationsModule, ExpiryWorkerModule],
  providers: [WakeDeviceHandler, WakeListener, WakeTimes, WakeUps, WakingEvents],
  exports: [WakeDeviceHandler],
})
export class NotificationsWorkerModule implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly times: WakeTimes,
    private readonly subscriptions: SubscriptionsRepository,
  ) {}

  onModuleInit(): void {
    this.sweeper.register({ name: 'wake-ups whose job was lost', run: () => this.times.setOverdue() });
    // Compares the counters of everybody who may be woken up: 0.4 s for 200,000.
    this.sweeper.register({ name: 'wake-ups whose hint was lost', everySeconds: 60, run: () => this.times.markMissed() });
    this.sweeper.register({ name: 'subscriptions of ended sessions', run: () => this.subscriptions.removeEnded() });
  }
}
