import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { ActiveRecipients } from './active-recipients.js';

interface Month {
  recipients_about: number | null;
  reports_filed: { reason: string; reports: number }[];
  reports_decided: { reason: string; outcome: string; reports: number }[];
  median_seconds_to_decision: number | null;
  copies_opened: number;
  holds: number;
  suspensions: number;
  restorations: number;
  late_purges: number;
}

interface Standing {
  readonly suspended: number;
  readonly reports_open: number;
  readonly reports_held: number;
}

const emptyMonth = (): Month => ({
  recipients_about: null,
  reports_filed: [],
  reports_decided: [],
  median_seconds_to_decision: null,
  copies_opened: 0,
  holds: 0,
  suspensions: 0,
  restorations: 0,
  late_purges: 0,
});

/** What can be published: by month, from what is counted as it happens (table `monthly_figures`), and how it stands now. */
@Injectable()
export class Transparency {
  constructor(
    private readonly database: Database,
    private readonly recipients: ActiveRecipients,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<object> {
    const [now, months] = await Promise.all([this.#now(), this.#months()]);
    return {
      months: [...months].sort(([one], [other]) => other.localeCompare(one)).map(([month, figures]) => ({ month, ...figures })),
      now,
      server_time: new Date(this.clock.now()).toISOString(),
    };
  }

  async #months(): Promise<Map<string, Month>> {
    const months = new Map<string, Month>();
    const of = (month: string): Month => months.get(month) ?? months.set(month, emptyMonth()).get(month) ?? emptyMonth();
    const figures = await this.database.query<{ month: string; name: string; value: string }>(
      `SELECT to_char(month, 'YYYY-MM') AS month, name, value FROM monthly_figures ORDER BY 1, 2`,
    );
    for (const { month, name, value } of figures) add(of(month), name, Number(value));
    for (const { month, seconds } of await this.#medians()) of(month).median_seconds_to_decision = seconds;
    for (const { month, about } of await this.recipients.months()) of(month).recipients_about = about;
    return months;
  }

  /** A report is gone long before its month is looked at, so minutes are counted as it is decided, and rounded up. */
  #medians(): Promise<{ month: string; seconds: number }[]> {
    return this.database.query(
      `SELECT to_char(month, 'YYYY-MM') AS month, percentile_disc(0.5) WITHIN GROUP (ORDER BY split_part(name, '.', 3)::int) * 60 AS seconds
       FROM monthly_figures, generate_series(1, value) WHERE starts_with(name, 'reports.decided_after.') GROUP BY month`,
    );
  }

  async #now(): Promise<Standing> {
    const [row] = await this.database.query<Standing>(
      `SELECT (SELECT count(*)::int FROM people WHERE suspended_at IS NOT NULL AND deleted_at IS NULL) AS suspended,
        count(*) FILTER (WHERE decided_at IS NULL)::int AS reports_open,
        -- Not held_by, which begins anew when another hold is asked for.
        count(*) FILTER (WHERE keep_until > created_at + interval '30 days 1 second')::int AS reports_held
       FROM reports WHERE keep_until > flits_now()`,
    );
    if (!row) throw new Error('no row came of a query that always has one');
    return row;
  }
}

/** Names of figures as the triggers of `monthly_figures` write them. */
function add(month: Month, name: string, value: number): void {
  const [kind, what, reason, outcome] = name.split('.');
  if (kind === 'reports' && what === 'filed' && reason) month.reports_filed.push({ reason, reports: value });
  else if (kind === 'reports' && what === 'decided' && reason && outcome) month.reports_decided.push({ reason, outcome, reports: value });
  else if (kind === 'purges') month.late_purges += value;
  else if (kind === 'copies_opened' || kind === 'holds' || kind === 'suspensions' || kind === 'restorations') month[kind] += value;
}
