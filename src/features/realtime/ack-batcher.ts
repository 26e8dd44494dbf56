import type { AckSink } from './ack-sink.js';

interface Pending {
  readonly personId: string;
  readonly seq: number;
}

/**
 * Gathers acks of all sockets and writes the highest of each device at most every `everyMs`. They outlive their socket: what
 * was acked before a cut is still written. Lost with the process, an ack costs a repeated event, which clients skip by `seq`.
 */
export class AckBatcher {
  #pending = new Map<string, Pending>();
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly sink: AckSink,
    private readonly settings: { readonly ackEveryMs: number; readonly ackRetryMs: number },
    private readonly onFailed: (error: unknown) => void,
  ) {}

  add(personId: string, deviceId: string, seq: number): void {
    if ((this.#pending.get(deviceId)?.seq ?? -1) >= seq) return;
    this.#pending.set(deviceId, { personId, seq });
    this.#timer ??= setTimeout(() => void this.flush(), this.settings.ackEveryMs);
  }

  /** Writes what is gathered, after what is being written. Resolves once it has been tried; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Drops what could not be written. Call it last, after `flush`. */
  close(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  /** One device after the other: acks keep one connection busy at most. */
  async #write(): Promise<void> {
    const batch = this.#pending;
    this.#pending = new Map();
    for (const [deviceId, { personId, seq }] of batch) {
      try {
        await this.sink.ack(personId, deviceId, seq);
        batch.delete(deviceId);
      } catch (error) {
        this.onFailed(error);
        this.#tryLater(batch, deviceId);
        return;
      }
    }
  }

  /** What is left of a batch goes first next time, and what failed goes last, so that it holds up nobody for good. */
  #tryLater(batch: Map<string, Pending>, failed: string): void {
    const newer = this.#pending;
    this.#pending = new Map();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), this.settings.ackRetryMs);
    const others = [...batch, ...newer].filter(([deviceId]) => deviceId !== failed);
    const again = [batch, newer].flatMap((acks) => [...acks].filter(([deviceId]) => deviceId === failed));
    for (const [deviceId, { personId, seq }] of [...others, ...again]) this.add(personId, deviceId, seq);
  }
}
