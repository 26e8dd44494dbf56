import { PushAddresses } from '../../src/features/notifications/web-push/push-addresses.js';
import { PushHttp } from '../../src/features/notifications/web-push/push-http.js';
import { WebPushNotifier } from '../../src/features/notifications/web-push/web-push.notifier.js';
import type { WebPushTarget } from '../../src/features/notifications/push-target.js';
import { Secret, type Config } from '../../src/platform/config/index.js';

/** What a process is told that wakes up one device: Node reads once, at its start, which certificates it trusts. */
export interface PushTask {
  readonly subscription: WebPushTarget['subscription'];
  readonly allowed: readonly string[];
  readonly vapidPrivateKey: string;
}

/** Run with the TypeScript loader. Argument: a `PushTask` as JSON. Says what became of it. */
const { subscription, allowed, vapidPrivateKey } = JSON.parse(process.argv[2] ?? '') as PushTask;
const config = { PUBLIC_URL: 'https://flits.example', VAPID_PRIVATE_KEY: new Secret(vapidPrivateKey) } as Config;
const addresses = new PushAddresses(allowed);
const http = new PushHttp(addresses);
const notifier = new WebPushNotifier(config, { now: () => Date.now(), date: () => new Date() }, addresses, http);
process.stdout.write(JSON.stringify(await notifier.wake({ provider: 'webpush', subscription }, { ttlSeconds: 60 })));
http.close();
