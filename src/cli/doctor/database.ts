import type { DataSource } from 'typeorm';
import { WallClock } from '../../platform/clock/index.js';
import { createDataSource, isMigrated, readRoleFacts, type RoleFacts } from '../../platform/database/index.js';
import { required } from '../../platform/config/index.js';
import { fail, ok, warn, type Examination, type Finding, type Patient } from './finding.js';

const PART = 'postgres';
const LEAST_VERSION = 150_000;
const MIGRATE = 'Run `flits migrate` with DATABASE_OWNER_URL set.';
const SKEW_WARN_MS = 5000;

interface Facts {
  readonly version: string;
  readonly number: number;
  readonly shift_ms: number;
  readonly now: string;
}

/** Version, privileges (R34), migrations, clock, hours ahead. */
export const database: Examination = {
  part: PART,
  cure: 'Is PostgreSQL up, and are host, role and password of DATABASE_URL right?',
  async run(patient) {
    const source = await createDataSource({ url: required(patient.config, 'DATABASE_URL'), poolSize: 1 }).initialize();
    try {
      if (!(await isMigrated(source))) return [fail(PART, 'The database is not up to date.', MIGRATE)];
      return [
        ...about(await read(source), await readRoleFacts(source), patient),
        ...(await owner(patient)),
        ...(await bucket(source, patient)),
        ...(await hours(source)),
      ];
    } finally {
      await source.destroy();
    }
  },
};

async function read(source: DataSource): Promise<Facts> {
  const [facts] = await source.query<Facts[]>(`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
           abs(extract(epoch FROM flits_now() - clock_timestamp()) * 1000)::float8 AS shift_ms,
           epoch_ms(clock_timestamp()) AS now`);
  if (!facts) throw new Error('the database answered nothing');
  return facts;
}

function about(facts: Facts, { excess }: RoleFacts, { config }: Patient): Finding[] {
  const isStrict = config.NODE_ENV === 'production';
  const findings: Finding[] = [];
  const bad = isStrict ? fail : warn;
  findings.push(
    facts.number < LEAST_VERSION
      ? fail(PART, `PostgreSQL ${facts.version} is too old.`, 'Use PostgreSQL 15 or newer.')
      : ok(PART, `PostgreSQL ${facts.version}, up to date.`),
  );
  const roles =
    'Give DATABASE_URL a role of its own (deploy/postgres/10-roles.sql) and run `flits migrate`, which grants it what it needs.';
  findings.push(
    excess.length > 0
      ? bad(PART, `The application's role has more rights than it needs: it ${excess.join(', ')}.`, roles)
      : ok(PART, 'The application may neither drop partitions nor change the log.'),
  );
  if (facts.shift_ms > 5) {
    findings.push(
      bad(PART, "flits_now() is shifted against the database's clock.", 'Make it clock_timestamp() again: only tests shift it.'),
    );
  }
  const offMs = Number(facts.now) - new WallClock().now();
  findings.push(
    Math.abs(offMs) > SKEW_WARN_MS
      ? warn(
          'clock',
          `This machine's clock is ${seconds(offMs)} off the database's, whose time decides.`,
          'Keep time with NTP (chrony, systemd-timesyncd).',
        )
      : ok('clock', "This machine's clock and the database's agree."),
  );
  return findings;
}

/** The owner migrates and nothing else: it needs no right over the server. */
async function owner({ config: { DATABASE_OWNER_URL: url } }: Patient): Promise<Finding[]> {
  if (!url) return [];
  const source = await createDataSource({ url, poolSize: 1 }).initialize();
  try {
    const [role] = await source.query<{ rolsuper: boolean }[]>('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    if (!role?.rolsuper) return [ok(PART, 'The owner is no superuser.')];
    const cure = 'Make a role for it as in deploy/postgres/10-roles.sql, and give it the database (REASSIGN OWNED).';
    return [warn(PART, "The owner (DATABASE_OWNER_URL) is a superuser, with rights over the server's files and other databases.", cure)];
  } finally {
    await source.destroy();
  }
}

async function bucket(source: DataSource, { config }: Patient): Promise<Finding[]> {
  const [row] = await source.query<{ value: string }[]>(`SELECT value FROM settings WHERE name = 'bucket_seconds'`);
  if (!row || row.value === String(config.BUCKET_SECONDS)) return [];
  const words = `The database was made with BUCKET_SECONDS=${row.value}, the configuration says ${config.BUCKET_SECONDS}.`;
  return [fail(PART, words, 'Set BUCKET_SECONDS back.')];
}

async function hours(source: DataSource): Promise<Finding[]> {
  const [row] = await source.query<{ made: number; ahead: number; late: number }[]>(`
    SELECT count(*)::int AS made, count(*) FILTER (WHERE label > now)::int AS ahead,
           count(*) FILTER (WHERE label <= now - 300000 AND state <> 'closed')::int AS late
    FROM hours CROSS JOIN (SELECT epoch_ms(flits_now()) AS now) AS clock`);
  const { made = 0, ahead = 0, late = 0 } = row ?? {};
  if (made === 0) return [ok('hours', 'No hour was made yet: the first start makes them.')];
  if (late > 0) {
    const cure = 'Start a worker; if one runs, its log says what stands in the way (docs/operations.md, FlitsPurgeLate).';
    return [fail('hours', `${late} hours are over for more than 5 minutes and not closed.`, cure)];
  }
  if (ahead === 0) return [warn('hours', 'No hour lies ahead.', 'Start any process of Flits: each makes hours ahead.')];
  return [ok('hours', `${ahead} hours lie ahead, none is late.`)];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
