import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../../platform/clock/index.js';
import { Config } from '../../../platform/config/index.js';
import { badEndpoint } from '../notifications.errors.js';
import { Notifier, type PushOutcome, type WakeUp } from '../notifier.js';
import type { WebPushTarget } from '../push-target.js';
import { encryptMessage } from './message-encryption.js';
import { AddressRefused, PushAddresses } from './push-addresses.js';
import { PushHttp, type PushAnswer } from './push-http.js';
import { Vapid } from './vapid.js';

const NOTHING = Buffer.alloc(0);
/** RFC 8030 §5.4: a newer wake-up takes the place of one that still waits at the service. The same for all: it says nothing. */
const TOPIC = 'flits';
/** RFC 8030 §5.3; the same for all. What is told dies, so a phone that saves its battery is woken up for it. */
const URGENCY = 'high';
const MAX_RETRY_AFTER_SECONDS = 3600;

/** Web Push (RFC 8030, 8291, 8292): browsers and UnifiedPush. What is sent is the encryption of nothing. */
@Injectable()
export class WebPushNotifier extends Notifier implements OnApplicationShutdown {
  override readonly provider = 'webpush';
  readonly #vapid?: Vapid;

  constructor(
    config: Config,
    clock: Clock,
    private readonly addresses: PushAddresses,
    private readonly http: PushHttp,
  ) {
    super();
    const { VAPID_PRIVATE_KEY, VAPID_SUBJECT, PUBLIC_URL } = config;
    const subject = VAPID_SUBJECT ?? (PUBLIC_URL.startsWith('https:') ? PUBLIC_URL : undefined);
    if (VAPID_PRIVATE_KEY) this.#vapid = new Vapid(VAPID_PRIVATE_KEY, subject, clock);
  }

  override get isReady(): boolean {
    return this.#vapid !== undefined;
  }

  get publicKey(): string | undefined {
    return this.#vapid?.publicKey;
  }

  override check({ subscription }: WebPushTarget): void {
    if (!this.addresses.isAcceptable(new URL(subscription.endpoint))) throw badEndpoint();
  }

  override async wake({ subscription: { endpoint, keys } }: WebPushTarget, { ttlSeconds }: WakeUp): Promise<PushOutcome> {
    const url = new URL(endpoint);
    // Asked again at each send: what an operator allows may have changed.
    if (!this.#vapid || !this.addresses.isAcceptable(url)) return { kind: 'refused', why: 'address' };
    const body = encryptMessage({ p256dh: Buffer.from(keys.p256dh, 'base64url'), auth: Buffer.from(keys.auth, 'base64url') }, NOTHING);
    const headers = {
      authorization: this.#vapid.authorization(url.origin),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(ttlSeconds),
      urgency: URGENCY,
      topic: TOPIC,
    };
    try {
      return outcomeOf(await this.http.post(url, headers, body));
    } catch (error) {
      return failureOf(error as Error);
    }
  }

  onApplicationShutdown(): void {
    this.http.close();
  }
}

function outcomeOf({ status, retryAfter }: PushAnswer): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status === 429) return { kind: 'later', why: 'throttled', retryAfterSeconds: secondsOf(retryAfter) };
  if (status >= 500) return { kind: 'later', why: 'unavailable', retryAfterSeconds: secondsOf(retryAfter) };
  return { kind: 'refused', why: status >= 300 && status < 400 ? 'redirect' : 'refused' };
}

function failureOf(error: Error): PushOutcome {
  if (error instanceof AddressRefused) return { kind: 'refused', why: 'address' };
  return { kind: 'later', why: error.name === 'TimeoutError' ? 'timeout' : 'unreachable' };
}

/** Seconds alone: a date would be told by a clock that is not ours. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter) ? Math.min(Number(retryAfter), MAX_RETRY_AFTER_SECONDS) : undefined;
}
