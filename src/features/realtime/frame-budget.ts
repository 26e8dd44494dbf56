/** A token bucket counted in ticks of the wheel: what one socket may send (R49). */
export class FrameBudget {
  #left: number;
  #at: number;

  constructor(
    private readonly burst: number,
    private readonly perTick: number,
    now: number,
  ) {
    this.#left = burst;
    this.#at = now;
  }

  /** @returns false where nothing is left */
  take(now: number): boolean {
    this.#left = Math.min(this.burst, this.#left + (now - this.#at) * this.perTick);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Gives one back: the frame turned out to be one that is free. */
  giveBack(): void {
    this.#left += 1;
  }
}
