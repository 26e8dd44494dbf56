import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Fault } from '../../platform/faults/index.js';
import type { Caller } from '../../platform/http/index.js';
import { EventLog, type EventPage } from '../events/index.js';
import { SessionWatch } from '../people/index.js';
import { AckBatcher } from './ack-batcher.js';
import { Hearers } from './hearers.js';
import { LongPoll } from './long-poll.js';

/**
 * The event log for whoever has no socket. Waits for hints, reads the log, and reads it once more at the end, which repairs a
 * hint that was lost. Waiting holds a place in memory and a timer, no connection to the database.
 */
@Injectable()
export class LongPolls implements OnModuleDestroy {
  readonly #waiting = new Set<LongPoll>();
  #isLeaving = false;

  constructor(
    private readonly log: EventLog,
    private readonly hearers: Hearers,
    private readonly acks: AckBatcher,
    private readonly sessions: SessionWatch,
  ) {}

  /** Answers who waits with nothing, so that the server can drain; whoever asks again meanwhile does not wait. */
  onModuleDestroy(): void {
    this.#isLeaving = true;
    for (const poll of this.#waiting) poll.end();
  }

  /**
   * The events after a number: at once where there are some, else the first that come within `waitMs`.
   * @param gone the asker is no longer there
   * `after` is what the device has, so it acks, as it does on a socket.
   * @throws Fault `session_ended`, also where that happens while waiting
   */
  async events({
    caller,
    after,
    waitMs,
    gone,
  }: {
    caller: Caller;
    after: number | undefined;
    waitMs: number;
    gone: AbortSignal;
  }): Promise<EventPage> {
    if (after === undefined) {
      const head = await this.log.head(caller.personId);
      return { events: [], next: head, more: false, head, resync: true };
    }
    const poll = new LongPoll(this.#isLeaving ? 0 : waitMs, gone);
    this.hearers.add(caller, poll);
    this.#waiting.add(poll);
    try {
      // Asked once it would be told: between the look at its token and now the session may have ended.
      if (await this.sessions.isEnded(caller.deviceId)) poll.endSession();
      return await this.#read(caller, after, poll);
    } finally {
      this.hearers.remove(caller, poll);
      this.#waiting.delete(poll);
      poll.end();
    }
  }

  async #read({ personId, deviceId }: Caller, after: number, poll: LongPoll): Promise<EventPage> {
    let owesAck = after > 0 && !this.#isLeaving;
    for (let at = after; ;) {
      const isLast = poll.isOver;
      const page = await this.log.page(personId, at);
      if (poll.isSessionEnded) throw new Fault('session_ended', 'The session of this device has ended.');
      if (page.resync) return { ...page, events: [], next: page.head };
      if (owesAck) this.acks.add(personId, deviceId, after);
      owesAck = false;
      const events = page.events.filter(({ device }) => device !== deviceId);
      if (events.length > 0 || (isLast && !page.more)) return { ...page, events };
      at = page.next; // Nothing for this device: rows of the dead, and of its own doing.
      if (!page.more) await poll.beyond(at);
    }
  }
}
