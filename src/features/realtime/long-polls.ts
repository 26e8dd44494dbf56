import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Fault } from '../../platform/faults/index.js';
import type { Caller } from '../../platform/http/index.js';
import { EventLog, type EventPage } from '../events/index.js';
import { Hearers } from './hearers.js';
import { LongPoll } from './long-poll.js';

/**
 * The event log for whoever has no socket. Waits for hints, reads the log, and reads it once more at the end, which repairs a
 * hint that was lost. Waiting holds a place in memory and a timer, no connection to the database.
 */
@Injectable()
export class LongPolls implements OnModuleDestroy {
  readonly #waiting = new Set<LongPoll>();

  constructor(
    private readonly log: EventLog,
    private readonly hearers: Hearers,
  ) {}

  /** Answers who waits with nothing, so that the server can drain. */
  onModuleDestroy(): void {
    for (const poll of this.#waiting) poll.end();
  }

  /**
   * The events after a number: at once where there are some, else the first that come within `waitMs`.
   * @param gone the asker is no longer there
   * @throws Fault `session_ended` where that happens while waiting
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
    const head = after === undefined ? await this.log.head(caller.personId) : undefined;
    if (head !== undefined) return { events: [], next: head, more: false, head, resync: true };
    const poll = new LongPoll(waitMs, gone);
    const leave = this.hearers.add(caller, poll);
    this.#waiting.add(poll);
    try {
      return await this.#read(caller.personId, after ?? 0, poll);
    } finally {
      leave();
      this.#waiting.delete(poll);
      poll.end();
    }
  }

  async #read(personId: string, after: number, poll: LongPoll): Promise<EventPage> {
    for (let at = after; ;) {
      const isLast = poll.isOver;
      const page = await this.log.page(personId, at);
      if (poll.isSessionEnded) throw new Fault('session_ended', 'The session of this device has ended.');
      if (page.resync) return { ...page, events: [], next: page.head };
      if (page.events.length > 0 || (isLast && !page.more)) return page;
      at = page.next; // Rows of the dead alone.
      if (!page.more) await poll.beyond(at);
    }
  }
}
