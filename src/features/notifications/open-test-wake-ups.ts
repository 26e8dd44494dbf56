import type { Clock } from '../../platform/clock/index.js';
import type { Config } from '../../platform/config/index.js';
import type { MasterKeys } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';
import { Metrics } from '../../platform/observability/index.js';
import { Notifiers } from './notifiers.js';
import { PushSends } from './push-sends.js';
import { SubscriptionSeal } from './subscription-seal.js';
import { TestWakeUps } from './test-wake-ups.js';
import { PushAddresses } from './web-push/push-addresses.js';
import { PushHttp } from './web-push/push-http.js';
import { WebPushNotifier } from './web-push/web-push.notifier.js';

export interface TestWakeUpsPlace {
  readonly config: Config;
  readonly database: Database;
  readonly keys: MasterKeys;
  readonly clock: Clock;
}

/** `TestWakeUps` for a command, which has no application around it. Call `close` when it is done. */
export function openTestWakeUps({ config, database, keys, clock }: TestWakeUpsPlace): {
  wakeUps: TestWakeUps;
  isReady: boolean;
  close(): void;
} {
  const addresses = new PushAddresses(config.PUSH_ALLOWED_HOSTS);
  const http = new PushHttp(addresses);
  const webPush = new WebPushNotifier(config, clock, addresses, http);
  const sends = new PushSends(new SubscriptionSeal(keys), new Notifiers(webPush), new Metrics());
  return { wakeUps: new TestWakeUps(database, sends), isReady: webPush.isReady, close: () => http.close() };
}
