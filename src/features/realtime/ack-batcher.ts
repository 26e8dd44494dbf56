import type { OnApplicationShutdown } from '@nestjs/common';
import type { Ack, AckSink } from './ack-sink.js';

/** Devices written in one statement. */
const MOST = 100;

/**
 * Gathers acks of all sockets and long polls and writes the highest of each device at most every `everyMs`. They outlive their socket: what
 * was acked before a cut is still written. Lost with the process, an ack costs a repeated event, which clients skip by `seq`.
 *
 * After a failure it starts small: one device, then twice as many each time, so that a database that was away is asked once,
 * and a device that cannot be written is soon alone.
 */
export class AckBatcher implements OnApplicationShutdown {
  #pending = new Map<string, Ack>();
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  #size = MOST;

  constructor(
    private readonly sink: AckSink,
    private readonly settings: { readonly ackEveryMs: number; readonly ackRetryMs: number },
    private readonly onFailed: (error: unknown) => void,
  ) {}

  add(personId: string, deviceId: string, seq: number): void {
    this.#gather({ personId, deviceId, seq });
    this.#timer ??= setTimeout(() => void this.flush(), this.settings.ackEveryMs);
  }

  /** Writes what is gathered, after what is being written. Resolves once it has been tried; never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Nobody acks any more, and the database is still there: the last are written, and what cannot be is dropped. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  /** One statement after the other: acks keep one connection busy at most. */
  async #write(): Promise<void> {
    const acks = [...this.#pending.values()];
    this.#pending = new Map();
    while (acks.length > 0) {
      const some = acks.slice(0, this.#size);
      try {
        await this.sink.ack(some);
      } catch (error) {
        this.#size = 1;
        this.onFailed(error);
        return this.#tryLater([...acks.slice(some.length), ...some]);
      }
      acks.splice(0, some.length);
      this.#size = Math.min(2 * this.#size, MOST);
    }
  }

  /** What failed goes last, behind what came meanwhile, so that it holds up nobody for good. */
  #tryLater(acks: readonly Ack[]): void {
    const newer = this.#pending;
    this.#pending = new Map();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), this.settings.ackRetryMs);
    const isOld = new Set(acks.map(({ deviceId }) => deviceId));
    const unknown = [...newer.values()].filter(({ deviceId }) => !isOld.has(deviceId));
    for (const ack of [...unknown, ...acks, ...newer.values()]) this.#gather(ack);
  }

  #gather(ack: Ack): void {
    if ((this.#pending.get(ack.deviceId)?.seq ?? -1) < ack.seq) this.#pending.set(ack.deviceId, ack);
  }
}
