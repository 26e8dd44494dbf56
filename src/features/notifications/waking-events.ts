import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Hours } from '../../platform/ids/index.js';
import { EventLog, type LoggedEvent } from '../events/index.js';
import { LOOK_BACK } from './notifications.settings.js';

export interface Look {
  /** The log was looked at up to here. */
  readonly head: number;
  /** ms since the epoch: how long a wake-up would make sense; `undefined` where nothing new calls for one. */
  readonly until?: number;
}

/** What `snap.received` says that matters here. */
const receivedSnap = z.object({ state: z.string(), expires_at: z.iso.datetime(), muted: z.boolean().optional() });
const asker = z.object({ user: z.object({ id: z.string() }) });
const UNSEEN = new Set(['accepted', 'delivered']);

/**
 * Which events wake people up: a snap for them, somebody who asks to be a friend, a group that invites. Stories, receipts and all
 * else wait until the app is opened. Read from the log as a socket would: what was unsent, erased, expired or blocked meanwhile
 * is not in it any more.
 */
@Injectable()
export class WakingEvents {
  constructor(
    private readonly log: EventLog,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hours: Hours,
  ) {}

  /** @param acked some device has everything up to here @param looked what was looked at before calls for nothing new */
  async look(personId: string, { acked, looked }: { acked: number; looked: number }): Promise<Look> {
    const head = await this.log.head(personId);
    let after = Math.max(acked, head - LOOK_BACK);
    let until = 0;
    let isNew = false;
    while (after < head) {
      const page = await this.log.page(personId, after);
      const quiet = await this.#quiet(personId, page.events);
      for (const event of page.events) {
        const end = this.#wakesUntil(event, quiet);
        if (end === undefined) continue;
        until = Math.max(until, end);
        isNew ||= event.seq > looked;
      }
      if (!page.more) break;
      after = page.next;
    }
    return { head, until: isNew && until > this.clock.now() ? until : undefined };
  }

  #wakesUntil({ type, at, data }: LoggedEvent, quiet: ReadonlySet<string>): number | undefined {
    if (type === 'snap.received') {
      const { state, expires_at, muted } = receivedSnap.parse(data);
      return muted || !UNSEEN.has(state) ? undefined : Date.parse(expires_at);
    }
    if (type === 'friend.requested' || type === 'group.invited') {
      return quiet.has(asker.parse(data).user.id) ? undefined : Date.parse(at) + this.hours.ttlMs;
    }
    return undefined;
  }

  /** Of those who ask for something: whom this person has muted, or where one has blocked the other. */
  async #quiet(personId: string, events: readonly LoggedEvent[]): Promise<ReadonlySet<string>> {
    const askers = events.flatMap(({ data }) => asker.safeParse(data).data?.user.id ?? []);
    if (askers.length === 0) return new Set();
    const rows = await this.database.query<{ id: string }>(
      `SELECT muted_id AS id FROM mutes WHERE person_id = $1 AND muted_id = ANY ($2::uuid[])
       UNION SELECT blocked_id FROM blocks WHERE person_id = $1 AND blocked_id = ANY ($2::uuid[])
       UNION SELECT person_id FROM blocks WHERE blocked_id = $1 AND person_id = ANY ($2::uuid[])`,
      [personId, askers],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
