import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { PersonalData } from './personal-data.js';

/** What people, and the features below, hold about a person. */
@Injectable()
export class PeopleParts implements OnModuleInit {
  constructor(
    private readonly data: PersonalData,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    const read = (text: string) => (personId: string) => this.database.query<object>(text, [personId]);
    this.data.register(
      {
        name: 'account',
        what: 'Who you are here and how you look at things. Your password and recovery code are kept as hashes, which are not part of an export.',
        until: 'you delete the account; the handle is then kept as a hash for 30 days, so that nobody takes it in your place',
        collect: read(
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
        collect: read(
          `SELECT id, name, created_at, refreshed_at, reauthenticated_at, ended_at FROM devices WHERE person_id = $1 ORDER BY created_at`,
        ),
        erase: () => Promise.resolve(),
      },
      {
        name: 'request_keys',
        what: 'Hashes of your Idempotency-Keys, so that what is asked twice is done once.',
        until: '24 hours, or until what came of it has ceased to exist',
        collect: read('SELECT route, dies_at FROM idempotency_keys WHERE scope = $1 AND dies_at > flits_now() ORDER BY dies_at'),
        erase: async (tx, personId) => void (await tx.query('DELETE FROM idempotency_keys WHERE scope = $1', [personId])),
      },
      {
        name: 'events',
        what: 'What your devices were told of lately, as ids, so that one that was away catches up.',
        until: '72 hours at the latest',
        collect: read('SELECT seq, type, at, ref, actor FROM mortal.events WHERE owner_id = $1 ORDER BY seq'),
        erase: async (tx, personId) => {
          await tx.query('DELETE FROM event_heads WHERE person_id = $1', [personId]);
          await tx.query('DELETE FROM mortal.events WHERE owner_id = $1', [personId]);
        },
      },
      {
        name: 'password_reset',
        what: 'A one-time code that an operator made for you, as a hash.',
        until: '24 hours, or until it is used',
        collect: read('SELECT expires_at FROM password_resets WHERE person_id = $1 AND expires_at > flits_now()'),
        // Goes with the person's row.
        erase: () => Promise.resolve(),
      },
      {
        name: 'export_link',
        what: 'The link to your export.',
        until: '24 hours, or the end of the session that asked for it',
        collect: read('SELECT expires_at FROM exports WHERE person_id = $1 AND expires_at > flits_now()'),
        erase: async (tx, personId) => void (await tx.query('DELETE FROM exports WHERE person_id = $1', [personId])),
      },
    );
  }
}
