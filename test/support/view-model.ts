/** A view-once as product.md has it: one view under a lease, at most one replay, gone when both are over. Times in seconds. */
const LEASE = 600; // a text, or a photo until closed
const REPLAY = 300;

export class ViewModel {
  now = 0;
  #lease?: { device: number; key: number; isReplay: boolean; until: number };
  #replayUntil?: number;
  #isClosed = false;
  #isErased = false;
  /** What the sender sees. */
  state = 'accepted';

  constructor(
    private replaysLeft: number,
    private readonly tells: boolean,
  ) {}

  open(device: number, key: number, isReplay: boolean): 'granted' | 'replayed' | 'resumed' | 'already_opened' | 'key_reused' {
    if (this.#isErased) return 'already_opened';
    const lease = this.#lease;
    if (!lease) return this.#view({ device, key, isReplay }, 'granted');
    const isSame = lease.device === device && lease.key === key;
    if (isSame && lease.isReplay !== isReplay) return 'key_reused';
    if (isSame && !this.#isClosed && this.now < lease.until) return 'resumed';
    if (isReplay && this.replaysLeft > 0 && this.now < (this.#replayUntil ?? 0)) {
      this.replaysLeft -= 1;
      return this.#view({ device, key, isReplay }, 'replayed');
    }
    return 'already_opened';
  }

  close(): void {
    if (this.#isErased || !this.#lease || this.#isClosed) return;
    this.#isClosed = true;
    // A view is over with its lease at the latest: closed after it, the replay has been lapsing since then.
    if (this.#replayUntil !== undefined) this.#replayUntil = Math.min(this.#replayUntil, this.now + REPLAY);
    this.#lease.until = Math.min(this.#lease.until, this.now);
    this.sweep();
  }

  screenshot(): void {
    if (this.#lease) this.state = 'screenshot';
  }

  /** Everything is over: gone, unless that would tell. */
  sweep(): void {
    if (this.#lease && this.tells && this.now >= (this.#replayUntil ?? this.#lease.until)) this.#isErased = true;
  }

  /** Never to within a minute before something ends: the test itself takes time, much of it on a busy machine. */
  advance(seconds: number): void {
    this.now += seconds;
    const ends = [this.#lease?.until, this.#replayUntil];
    while (ends.some((end) => end !== undefined && this.now < end && end - this.now < 60)) this.now += 60;
  }

  get isErased(): boolean {
    return this.#isErased;
  }

  #view(asked: { device: number; key: number; isReplay: boolean }, verdict: 'granted' | 'replayed'): 'granted' | 'replayed' {
    this.#lease = { ...asked, until: this.now + LEASE };
    this.#replayUntil = this.replaysLeft > 0 ? this.now + LEASE + REPLAY : undefined;
    this.#isClosed = false;
    if (this.tells && this.state !== 'screenshot') this.state = verdict === 'granted' ? 'opened' : 'replayed';
    return verdict;
  }
}
