import type { PushTarget } from './push-target.js';

/** All that a wake-up is: how long it makes sense. No content, sender, kind or id goes with it (R32). */
export interface WakeUp {
  /** Whole seconds, never more than what it speaks of has left to live. */
  readonly ttlSeconds: number;
}

/** Why a wake-up did not go out; a closed set, as it labels a metric. */
export type PushFailure =
  /** The service is away or answers 5xx. */
  | 'unavailable'
  /** It answers 429. */
  | 'throttled'
  | 'timeout'
  /** It cannot be reached: no such name, no connection, a certificate that does not fit. */
  | 'unreachable'
  /** Its name leads to an address that is not public. */
  | 'address'
  /** It answers with a redirect, which is not followed. */
  | 'redirect'
  /** It answers anything else: the request is not to its liking. */
  | 'refused';

export type PushOutcome =
  | { readonly kind: 'sent' }
  /** The subscription is over, for good. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'later'; readonly why: PushFailure; readonly retryAfterSeconds?: number }
  /** The same again would not help. */
  | { readonly kind: 'refused'; readonly why: PushFailure };

/** One way to wake up a device that has no socket. Stateless: who is woken up when is decided above it. */
export abstract class Notifier<T extends PushTarget = PushTarget> {
  abstract readonly provider: T['provider'];
  /** Never throws for what the other side does. */
  abstract wake(target: T, wakeUp: WakeUp): Promise<PushOutcome>;
  /** @throws Fault `validation_failed` where this server would never send there */
  abstract check(target: T): void;
  /** Whether this server is set up for it. */
  abstract readonly isReady: boolean;
}
