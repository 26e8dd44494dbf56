import { InvalidArgumentError, Option } from 'commander';
import { withPurging, type Purging } from '../../app/purging.js';
import { readPurgeState, type HourNow, type PurgeState } from '../../features/expiry/index.js';
import { required, type Config } from '../../platform/config/index.js';
import { createDataSource, Database } from '../../platform/database/index.js';
import { describeError } from '../../platform/observability/index.js';
import type { CliCommand, CliResult } from '../cli-command.js';
import { CliError } from '../cli-error.js';
import { quietLog, reachDatabase } from '../reach.js';
import type { Terminal } from '../terminal.js';

interface Failure {
  readonly hour: string;
  readonly reason: string;
}

/** For whoever does not want to wait for a worker, or has none: erases what is due, as a worker does, and nothing before its time. */
export const purge: CliCommand = {
  name: 'purge',
  summary: 'show the hours and what is due; with --yes erase here and now what is due, as a worker would',
  options: [new Option('--hour <end>', 'that hour alone: its end, as a time (ISO 8601) or as its label (ms)').argParser(hourOf)],
  destroys: true,
  async run({ options, environment, isDryRun, terminal }) {
    const services = await reachDatabase(environment);
    try {
      const { config } = services;
      const before = await look(config);
      const wanted = options.hour === undefined ? undefined : find(before, Number(options.hour));
      if (isDryRun) return plan(before, wanted);
      const failures = await withPurging(config, quietLog(environment), (purging) => run(purging, before, wanted, terminal));
      return outcome(before, await look(config), wanted, failures);
    } finally {
      await services.stop();
    }
  },
};

async function look(config: Config): Promise<PurgeState> {
  const source = await createDataSource({ url: required(config, 'DATABASE_URL'), poolSize: 1 }).initialize();
  try {
    return await readPurgeState(new Database(source));
  } finally {
    await source.destroy();
  }
}

/** @throws CliError where there is no such hour, or it is not over: nothing dies before its time */
function find({ hours }: PurgeState, label: number): HourNow {
  const hour = hours.find((other) => other.label === label);
  if (!hour) throw new CliError(`There is no hour that ends at ${time(label)}, or it was closed long ago. Without --hour all are shown.`);
  if (hour.pastSeconds < 0) throw new CliError(`The hour that ends at ${time(label)} is not over. Nothing is purged before its time.`);
  return hour;
}

/** Hours one by one, so that it shows how far it is and what stands in the way of which; then everything else that is due. */
async function run({ closer, sweeper }: Purging, before: PurgeState, wanted: HourNow | undefined, terminal: Terminal): Promise<Failure[]> {
  const due = wanted ? [wanted] : before.hours.filter(isDue);
  const failures: Failure[] = [];
  const progress = terminal.progress('hours');
  try {
    for (const { label } of due) {
      await closer.close(label).catch((error: unknown) => {
        const { code, message } = describeError(error);
        failures.push({ hour: time(label), reason: message || code || 'no reason given' });
      });
      progress.step(due.length);
    }
  } finally {
    progress.end();
  }
  if (wanted) return failures;
  // Its tasks run side by side: what the first sweep marks as erased, the second one settles.
  await sweeper.sweep();
  await sweeper.sweep();
  return failures;
}

const isDue = ({ state, pastSeconds }: HourNow) => state !== 'closed' && pastSeconds >= 0;

function plan(state: PurgeState, wanted: HourNow | undefined): CliResult {
  const hours = wanted ? [wanted] : state.hours;
  const isAnything = wanted ? isDue(wanted) : state.hoursDue + state.snapsDue + state.erasuresOwed > 0;
  const due = wanted ? `the hour that ended at ${time(wanted.label)}` : dueWords(state);
  return {
    words: [
      ...hours.map((hour) => `${time(hour.label)}  ${hour.state.padEnd(13)}  ${lifeWords(hour)}`),
      isAnything
        ? `Due: ${due}. With --yes it is erased here and now, as a worker would; nothing before its time. Nothing was changed.`
        : 'Nothing is due.',
    ],
    data: { dry_run: true, hours: hours.map(hourData), due: dueData(state) },
  };
}

function outcome(before: PurgeState, after: PurgeState, wanted: HourNow | undefined, failures: readonly Failure[]): CliResult {
  const asked = (wanted ? [wanted] : before.hours).filter(isDue);
  const closed = asked.filter(({ label }) => !after.hours.some((hour) => hour.label === label && isDue(hour))).length;
  const isLeft = wanted ? closed < asked.length : after.hoursDue + after.snapsDue + after.erasuresOwed > 0;
  return {
    ok: !isLeft,
    words: [
      `${closed} ${closed === 1 ? 'hour is' : 'hours are'} closed: key, rows and objects are gone.`,
      ...failures.map(({ hour, reason }) => `The hour that ended at ${hour} is not closed: ${reason}`),
      isLeft ? `Still due: ${dueWords(after)}. \`flits doctor\` says what stands in the way.` : 'Nothing is due any more.',
    ],
    data: { dry_run: false, hours_closed: closed, before: dueData(before), left: dueData(after), failures },
  };
}

function dueWords({ hoursDue, snapsDue, erasuresOwed, oldestErasureSeconds }: PurgeState): string {
  const oldest = erasuresOwed > 0 ? `, the oldest for ${Math.round(oldestErasureSeconds)} s` : '';
  return `${hoursDue} hours, ${snapsDue} snaps before their hour, ${erasuresOwed} objects of erased things${oldest}`;
}

function dueData({ hoursDue, snapsDue, erasuresOwed, oldestErasureSeconds }: PurgeState) {
  return { hours: hoursDue, snaps: snapsDue, erasures: erasuresOwed, oldest_erasure_seconds: Math.round(oldestErasureSeconds) };
}

function hourData({ label, state, closedAt, pastSeconds }: HourNow) {
  return {
    ends_at: time(label),
    label,
    state,
    closed_at: closedAt?.toISOString() ?? null,
    is_due: isDue({ label, state, closedAt, pastSeconds }),
  };
}

function lifeWords({ state, closedAt, pastSeconds }: HourNow): string {
  if (state === 'closed') return `closed at ${closedAt?.toISOString() ?? 'an unknown time'}`;
  return pastSeconds < 0 ? `ends in ${Math.ceil(-pastSeconds)} s` : `due for ${Math.floor(pastSeconds)} s`;
}

function hourOf(text: string): number {
  const label = /^\d{11,}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(label)) throw new InvalidArgumentError('must be a time such as 2027-01-31T13:00:00Z, or a label in ms.');
  return label;
}

const time = (label: number) => new Date(label).toISOString();
