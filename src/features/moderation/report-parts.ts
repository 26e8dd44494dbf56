import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { EventPayloads, type EventSubject } from '../events/index.js';
import { PersonalData } from '../people/index.js';

/** How `report.decided` reads, and what of reports is held about a person. */
@Injectable()
export class ReportParts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly payloads: EventPayloads,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.payloads.register(['report.decided'], (ownerId, subjects) => this.#decided(ownerId, subjects));
    this.data.register({
      name: 'reports',
      what: 'What you reported, and what was decided about you after a report. Who reported you is not said.',
      until: '30 days after the report; longer only while two moderators hold it',
      collect: (personId) =>
        this.database.query<object>(
          // Of what was filed about me only what the list shows: the time of filing would tell who filed it.
          `SELECT id, reason, CASE WHEN reporter_id = $1 THEN evidence END AS evidence, CASE WHEN reporter_id = $1 THEN created_at END AS created_at,
                  decided_at, outcome, outcome_reason
           FROM reports WHERE (reporter_id = $1 OR user_id = $1 AND outcome <> 'no_action') AND keep_until > flits_now()
           ORDER BY coalesce(decided_at, created_at)`,
          [personId],
        ),
      // What somebody did to others stays until its time is over; who told of it does not.
      erase: async (tx, personId) =>
        void (await tx.query('UPDATE reports SET reporter_id = NULL, note = NULL WHERE reporter_id = $1', [personId])),
    });
  }

  async #decided(ownerId: string, subjects: readonly EventSubject[]): Promise<(object | undefined)[]> {
    const rows = await this.database.query<{ id: string; is_mine: boolean; outcome: string; outcome_reason: string }>(
      `SELECT id, reporter_id IS NOT DISTINCT FROM $2::uuid AS is_mine, outcome, outcome_reason FROM reports
       WHERE id = ANY ($1::uuid[]) AND decided_at IS NOT NULL`,
      [subjects.map(({ ref }) => ref), ownerId],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return subjects.map(({ ref }) => {
      const row = byId.get(ref);
      return row && { report_id: ref, role: row.is_mine ? 'reporter' : 'reported', outcome: row.outcome, reason: row.outcome_reason };
    });
  }
}
