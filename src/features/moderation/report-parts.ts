import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { PersonalData } from '../people/index.js';
import { ModerationKey } from './moderation-key.js';

/** What of reports is held about a person. */
@Injectable()
export class ReportParts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly data: PersonalData,
    private readonly key: ModerationKey,
  ) {}

  onModuleInit(): void {
    this.data.register({
      name: 'reports',
      what: 'What you reported, and what was decided about you after a report. Who reported you is not said.',
      until: '30 days after the report; longer only while two moderators hold it',
      pages: (personId) => this.#pages(personId),
      // What somebody did to others stays until its time is over; who told of it does not.
      erase: async (tx, personId) =>
        void (await tx.query('UPDATE reports SET reporter_id = NULL, note = NULL WHERE reporter_id = $1', [personId])),
    });
  }

  /** Of what was filed about me only what the list shows: the time of filing, or of what, would tell who filed it. */
  async *#pages(personId: string): AsyncGenerator<readonly object[]> {
    const rows = await this.database.query<{ id: string; note: Buffer | null }>(
      `SELECT id, reason, decided_at, outcome, outcome_reason, evidence, created_at, snap_id, user_id, group_id, note
       FROM reports WHERE reporter_id = $1 AND keep_until > flits_now()
       UNION ALL
       SELECT id, reason, decided_at, outcome, outcome_reason, NULL, NULL, NULL, NULL, NULL, NULL
       FROM reports WHERE user_id = $1 AND reporter_id IS DISTINCT FROM $1 AND outcome <> 'no_action' AND keep_until > flits_now()
       ORDER BY created_at, decided_at`,
      [personId],
    );
    yield rows.map(({ note, ...row }) => ({ ...row, note: this.key.openNote(row.id, note) }));
  }
}
