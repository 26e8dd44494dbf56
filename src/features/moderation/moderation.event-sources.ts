import type { PayloadSource } from '../events/index.js';
import type { DecidedData } from './moderation.event-data.js';
import type { Outcome } from './moderation.settings.js';

interface DecidedRow {
  readonly id: string;
  readonly is_mine: boolean;
  readonly outcome: Outcome;
  readonly outcome_reason: string;
}

const decided: PayloadSource<DecidedRow> = {
  name: 'moderation.decided',
  types: ['report.decided'],
  text: `
SELECT r.id, r.reporter_id IS NOT DISTINCT FROM $1::uuid AS is_mine, r.outcome, r.outcome_reason
FROM reports r WHERE r.id = ANY (:refs) AND r.decided_at IS NOT NULL`,
  read(rows, subjects) {
    const byId = new Map(rows.map((row) => [row.id, row]));
    return subjects.map(({ ref }): DecidedData | undefined => {
      const row = byId.get(ref);
      return row && { report_id: ref, role: row.is_mine ? 'reporter' : 'reported', outcome: row.outcome, reason: row.outcome_reason };
    });
  },
};

/** How `report.decided` reads. */
export const moderationEventSources: readonly PayloadSource[] = [decided];
