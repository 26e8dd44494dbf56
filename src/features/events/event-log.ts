import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/index.js';
import { Hints } from '../../platform/hints/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Hours } from '../../platform/ids/index.js';
import { currentRequestId } from '../../platform/observability/index.js';
import { EventPayloads } from './event-payloads.js';
import type { EventType } from './event-types.js';
import { readHead, readPage } from './events.statements.js';

export interface NewEvent {
  readonly ownerId: string;
  readonly type: EventType;
  /** What the event speaks of: a snap, an upload, a request, a device. */
  readonly ref: string;
  /** Who did it, where that is somebody else. */
  readonly actor?: string;
  /** Of the owner, where that device knows already: only the others are told. */
  readonly device?: string;
}

/** What `append_events` returns: whose counter stands where. */
export interface Appended {
  readonly owner: string;
  readonly number: number;
}

export interface LoggedEvent {
  readonly seq: number;
  readonly type: EventType;
  /** RFC 3339, UTC, ms */
  readonly at: string;
  readonly data: object;
  /** Of its owner, where that device did it itself; the others are to be told. */
  readonly device?: string | null;
}

export interface EventPage {
  readonly events: readonly LoggedEvent[];
  /** Pass as `after` to read on. */
  readonly next: number;
  readonly more: boolean;
  readonly head: number;
  /** `after` is older than anything kept, or above the head: state must be fetched anew. */
  readonly resync: boolean;
}

/**
 * The event log: tables `event_heads` (one counter a person, lasting) and `mortal.events` (ids only, dropped by birth).
 *
 * Invariants: an event is written in the transaction of the change it speaks of; numbers of one person rise in commit order,
 * because the counter row stays locked until then; nothing is ever sent that is not in this log. Any process may append or
 * read. Readers skip events whose subject is dead, so numbers have holes that are no losses.
 */
@Injectable()
export class EventLog {
  readonly #gathered = new WeakMap<Transaction, NewEvent[]>();

  constructor(
    private readonly database: Database,
    private readonly hints: Hints,
    private readonly payloads: EventPayloads,
    private readonly clock: Clock,
    private readonly hours: Hours,
  ) {}

  /** A person's counter; made at sign-up, before anything can be written for them. */
  async openCounter(tx: Transaction, personId: string): Promise<void> {
    await tx.query('INSERT INTO event_heads (person_id) VALUES ($1) ON CONFLICT DO NOTHING', [personId]);
  }

  /**
   * Writes events in the caller's transaction. All of a transaction's are written together at its end: counters come last in
   * the lock order, and in the order of their ids.
   */
  append(tx: Transaction, events: readonly NewEvent[]): void {
    const gathered = this.#gathered.get(tx);
    if (gathered) {
      gathered.push(...events);
      return;
    }
    const all = [...events];
    this.#gathered.set(tx, all);
    tx.beforeCommit(() => this.#write(tx, all));
  }

  /** Hints for events that a hot statement appended and committed. */
  announce(written: readonly Appended[]): void {
    const requestId = currentRequestId();
    this.hints.publish(written.map(({ owner, number }) => ({ kind: 'events', personId: owner, seq: number, requestId })));
  }

  async #write(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const written = await tx.query<{ owner: string; number: string }>(
      'SELECT * FROM append_events($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[])',
      [
        events.map((event) => event.ownerId),
        events.map((event) => event.type),
        events.map((event) => event.ref),
        events.map((event) => event.actor ?? null),
        events.map((event) => event.device ?? null),
      ],
    );
    tx.afterCommit(() => this.announce(written.map(({ owner, number }) => ({ owner, number: Number(number) }))));
  }

  async head(ownerId: string): Promise<number> {
    const [row] = await this.database.statement(readHead, [ownerId]);
    return Number(row?.head ?? 0);
  }

  /** The living events after a number, oldest first, at most `limit` rows of the log. */
  async page(ownerId: string, after: number, limit = 100): Promise<EventPage> {
    const [page] = await this.database.statement(readPage, [ownerId, after, limit]);
    if (!page) return { events: [], next: after, more: false, head: 0, resync: after > 0 };
    const head = Number(page.head);
    const rows = page.rows.filter((row) => !this.#isOver(row.ref));
    const payloads = await this.payloads.resolve(ownerId, rows);
    const events = rows.flatMap(({ seq, type, at, device }, index) => {
      const data = payloads[index];
      return data ? [{ seq, type, at: new Date(this.#shownTime(type, at)).toISOString(), data, device }] : [];
    });
    const isGap = page.oldest === null ? head > after : Number(page.oldest) > after + 1;
    return {
      events,
      next: page.rows.at(-1)?.seq ?? after,
      more: page.rows.length === limit,
      head,
      resync: isGap || after > head,
    };
  }

  /** When a snap was delivered would say when somebody was last here: no finer than the hour. */
  #shownTime(type: EventType, at: number): number {
    return type === 'snap.delivered' ? this.hours.floor(at) : at;
  }

  /** Ids of a past hour speak of nothing any more; known without asking. */
  #isOver(ref: string): boolean {
    const label = this.hours.labelOf(ref);
    return label !== undefined && label <= this.clock.now();
  }
}
