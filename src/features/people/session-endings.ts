import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/index.js';
import { Hints } from '../../platform/hints/index.js';
import { EventLog } from '../events/index.js';

export interface EndedSession {
  readonly deviceId: string;
  readonly personId: string;
}

/** What features above hold for a session goes in the transaction that ends it. */
export type SessionEndingListener = (tx: Transaction, deviceIds: readonly string[]) => Promise<void>;

/** The one way in which sessions end: the row, the event to the person's other devices, the hint that closes sockets. */
@Injectable()
export class SessionEndings {
  readonly #listeners: SessionEndingListener[] = [];

  constructor(
    private readonly events: EventLog,
    private readonly hints: Hints,
  ) {}

  onEnding(listener: SessionEndingListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Ends the living sessions that a condition finds, as the transaction's last write but events'.
   * @param condition SQL over `devices d`, with `$1…` for values; never made of input
   * @returns what ended; a session ends once
   */
  async end(tx: Transaction, condition: string, values: readonly unknown[]): Promise<EndedSession[]> {
    const ended = await tx.query<{ id: string; person_id: string }>(
      `UPDATE devices d SET ended_at = flits_now() WHERE d.ended_at IS NULL AND (${condition}) RETURNING d.id, d.person_id`,
      values,
    );
    if (ended.length === 0) return [];
    for (const listener of this.#listeners)
      await listener(
        tx,
        ended.map(({ id }) => id),
      );
    tx.afterCommit(() => this.hints.publish([{ kind: 'sessions_ended', deviceIds: ended.map(({ id }) => id) }]));
    this.events.append(
      tx,
      ended.map(({ id, person_id }) => ({ ownerId: person_id, type: 'session.revoked', ref: id, device: id })),
    );
    return ended.map(({ id, person_id }) => ({ deviceId: id, personId: person_id }));
  }
}
