import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { EventLog, type LoggedEvent } from '../events/index.js';
import { inOnePage, PersonalData } from './personal-data.js';

/** What people, and the features below, hold about a person. */
@Injectable()
export class PeopleParts implements OnModuleInit {
  constructor(
    private readonly data: PersonalData,
    private readonly database: Database,
    private readonly log: EventLog,
  ) {}

  onModuleInit(): void {
    const read = (text: string) => inOnePage(this.database, text);
    this.data.register(
      {
        name: 'account',
        what: 'Who you are here and how you look at things. Your password and recovery code are kept as hashes, which are not part of an export.',
        until: 'you delete the account; the handle is then kept as a hash for 30 days, so that nobody takes it in your place',
        pages: read(
          `SELECT id, handle, display_name, to_char(birth_date, 'YYYY-MM-DD') AS birth_date, opened_receipts, view_time, created_at, suspended_at
           FROM people WHERE id = $1`,
        ),
        // The person's row goes last of all, and the devices with it.
        erase: () => Promise.resolve(),
      },
      {
        name: 'devices',
        what: 'Your devices and their sessions, so that you stay signed in and see who else is.',
        until: 'a day after the session ended; a session that is not used ends after 90 days',
        pages: read(
          `SELECT id, name, created_at, refreshed_at, reauthenticated_at, acked_seq, ended_at FROM devices WHERE person_id = $1 ORDER BY created_at`,
        ),
        erase: () => Promise.resolve(),
      },
      {
        name: 'request_keys',
        what: 'Hashes of your Idempotency-Keys, so that what is asked twice is done once.',
        until: '24 hours, or until what came of it has ceased to exist',
        pages: read('SELECT route, dies_at FROM idempotency_keys WHERE scope = $1 AND dies_at > flits_now() ORDER BY dies_at'),
        erase: async (tx, personId) => void (await tx.query('DELETE FROM idempotency_keys WHERE scope = $1', [personId])),
      },
      {
        name: 'events',
        what: 'What your devices were told of lately and what still lives of it, so that one that was away catches up.',
        until: '72 hours at the latest',
        pages: (personId) => this.#events(personId),
        erase: async (tx, personId) => {
          await tx.query('DELETE FROM event_heads WHERE person_id = $1', [personId]);
          await tx.query('DELETE FROM mortal.events WHERE owner_id = $1', [personId]);
        },
      },
      {
        name: 'password_reset',
        what: 'A one-time code that an operator made for you, as a hash.',
        until: '24 hours, or until it is used',
        pages: read('SELECT expires_at FROM password_resets WHERE person_id = $1 AND expires_at > flits_now()'),
        // Goes with the person's row.
        erase: () => Promise.resolve(),
      },
      {
        name: 'export_link',
        what: 'The link to your export.',
        until: '24 hours, or the end of the session that asked for it',
        pages: read('SELECT expires_at FROM exports WHERE person_id = $1 AND expires_at > flits_now()'),
        erase: async (tx, personId) => void (await tx.query('DELETE FROM exports WHERE person_id = $1', [personId])),
      },
    );
  }

  /**
   * As the log tells them, not as its rows have them: with the time of a delivery no finer than its hour. And without what speaks
   * of snaps and uploads that are gone (R31): devices are told of an end, an export holds nothing that has ended.
   */
  async *#events(personId: string): AsyncGenerator<readonly object[]> {
    for (let after = 0, more = true; more;) {
      const page = await this.log.page(personId, after, 500);
      ({ next: after, more } = page);
      const living = await this.#living(page.events.filter(({ type }) => type !== 'snap.withdrawn'));
      yield living.map(({ device, ...event }) => (device ? { ...event, device_id: device } : event));
    }
  }

  async #living(events: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM mortal.snaps WHERE id = ANY ($1::uuid[]) AND state <> 'erased' AND deadline > flits_now()
       UNION ALL SELECT id FROM mortal.uploads WHERE id = ANY ($1::uuid[]) AND state <> 'erased'`,
      [events.flatMap((event) => mortalIn(event) ?? [])],
    );
    const living = new Set(rows.map(({ id }) => id));
    return events.filter((event) => living.has(mortalIn(event) ?? '') || mortalIn(event) === undefined);
  }
}

/** The snap or upload that an event speaks of. */
function mortalIn({ data }: LoggedEvent): string | undefined {
  const { snap_id: snapId, upload_id: uploadId } = data as { snap_id?: string; upload_id?: string };
  return snapId ?? uploadId;
}
