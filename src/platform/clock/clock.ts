/**
 * The time that counts: the database's, followed by this process on its monotonic clock. Deadlines are compared in SQL
 * with `flits_now()`; this clock is for timers, token times and signing dates, which need no round trip.
 */
export abstract class Clock {
  /** Milliseconds since the epoch, by the database's clock. */
  abstract now(): number;

  date(): Date {
    return new Date(this.now());
  }
}
