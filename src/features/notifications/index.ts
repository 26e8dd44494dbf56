export { NotificationsHttpModule } from './notifications.http.module.js';
export { NotificationsModule } from './notifications.module.js';
export { NotificationsWorkerModule } from './notifications.worker.module.js';
export { notificationsErasable } from './notifications.erasable.js';
export { openTestWakeUps } from './open-test-wake-ups.js';
export { PushSubscriptionEntity } from './push-subscription.entity.js';
export type { PushFailure, PushOutcome } from './notifier.js';
export type { TestWakeUp } from './test-wake-ups.js';
export { WakeDeviceHandler } from './jobs/wake-device.handler.js';
