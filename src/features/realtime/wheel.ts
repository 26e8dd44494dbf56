/** Something with a next deadline. Only the wheel writes `dueAt`. */
export interface Turning {
  dueAt: number;
  /** Does what is due at tick `now`. @returns the tick of the next deadline; Infinity for none */
  turn(now: number): number;
}

const SLOTS = 256;

/**
 * One timer for all sockets of a process: a ring of slots, one a tick. Scheduling and turning cost O(1) each, and an idle
 * socket costs nothing but its place in a slot.
 *
 * Time here is counted in ticks that really happened, so that neither a shifted clock nor an event loop that stood still
 * makes every deadline pass at once.
 */
export class Wheel {
  #now = 0;
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Turning>());
  #timer?: NodeJS.Timeout;

  constructor(private readonly tickMs: number) {}

  get now(): number {
    return this.#now;
  }

  /** The number of ticks in a span, at least one. Rounded down: a deadline is kept a little early, never late. */
  ticks(seconds: number): number {
    return Math.max(1, Math.floor((seconds * 1000) / this.tickMs));
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), this.tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sees to it that `item` turns at tick `at` or before. Farther ahead than the ring is long it turns early, and looks again. */
  schedule(item: Turning, at: number): void {
    const isScheduled = item.dueAt > this.#now && this.#slot(item.dueAt).has(item);
    if (isScheduled && item.dueAt <= at) return;
    if (isScheduled) this.#slot(item.dueAt).delete(item);
    item.dueAt = Math.min(Math.max(at, this.#now + 1), this.#now + SLOTS - 1);
    this.#slot(item.dueAt).add(item);
  }

  remove(item: Turning): void {
    this.#slot(item.dueAt).delete(item);
  }

  /** One step of time. Called by the timer; tests call it themselves. */
  tick(): void {
    this.#now += 1;
    const due = this.#slot(this.#now);
    // Nothing is ever scheduled into the slot that turns: the farthest place is one short of the whole ring.
    for (const item of due) {
      due.delete(item);
      const next = item.turn(this.#now);
      if (next !== Infinity) this.schedule(item, next);
    }
  }

  #slot(tick: number): Set<Turning> {
    const slot = this.#slots[tick % SLOTS];
    if (!slot) throw new RangeError('ticks are whole numbers');
    return slot;
  }
}
