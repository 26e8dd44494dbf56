/** When and how people are woken up. Injected, so that a test can make a number small; nothing else changes them. */
export class PushSettings {
  /** A device that is there acks within this time, and then nobody is woken up. */
  readonly delaySeconds: number = 10;
  /** Hints are gathered for this long, ms. */
  readonly gatherMs: number = 250;
  /** At most one wake-up a device in this time; what comes meanwhile waits for its end. */
  readonly windowSeconds: number = 60;
  /** First wait after a push service was away; doubles each time, up to the longest. */
  readonly retrySeconds: number = 30;
  readonly maxRetrySeconds: number = 3600;
  /** A subscription that is refused so often in a row is dropped. */
  readonly maxRefusals: number = 8;

  constructor(changes: Partial<PushSettings> = {}) {
    Object.assign(this, changes);
  }
}

/** Rows of a person's log that are looked at for one wake-up: a phone that was away for days is not read whole. */
export const LOOK_BACK = 500;
