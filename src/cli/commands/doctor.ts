import { joinServices, type Services } from '../../app/services.js';
import { ConfigError, loadConfig, type Config } from '../../platform/config/index.js';
import { createLogger } from '../../platform/observability/index.js';
import type { CliCommand } from '../cli-command.js';
import { examine, local } from '../doctor/examine.js';
import { fail, type Finding, type FindingState } from '../doctor/finding.js';

const MARK: Readonly<Record<FindingState, string>> = { ok: '  ok  ', warn: ' warn ', fail: ' FAIL ' };

/** Looks at everything Flits leans on, changes nothing, and names the cure of what is not well. Status 1 where something fails. */
export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'look at everything Flits leans on, and say what to do about what is not well',
  async run({ environment }) {
    const findings = await diagnose(environment);
    return {
      ok: findings.every(({ state }) => state !== 'fail'),
      words: [...findings.flatMap(lines), summary(findings)],
      data: { findings },
    };
  },
};

async function diagnose(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const log = createLogger({ level: 'silent' });
  const configured = readConfig(environment);
  if (Array.isArray(configured)) return configured;
  let services: Services;
  try {
    services = await joinServices(configured, log);
  } catch (error) {
    // An embedded PostgreSQL that cannot be brought up says what to do by itself.
    const cure = 'Do what it says, or set DATABASE_URL to a PostgreSQL of your own.';
    return [
      ...(await examine({ config: configured, log }, local)),
      fail('postgres', `It does not start: ${(error as Error).message}`, cure),
    ];
  }
  try {
    return await examine({ config: services.config, log });
  } finally {
    await services.stop();
  }
}

function readConfig(environment: NodeJS.ProcessEnv): Config | Finding[] {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const cure = 'Set it right: docs/configuration.md says what it takes. The rest is looked at once the configuration has no faults.';
    return error.faults.map(({ variable, message }) => fail('configuration', `${variable} ${message}.`, cure));
  }
}

function lines({ part, state, words, cure }: Finding): string[] {
  const line = `[${MARK[state]}] ${part}: ${words}`;
  return cure === undefined ? [line] : [line, `           → ${cure}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  return `${findings.length} looked at: ${count('fail')} fail, ${count('warn')} to know about.`;
}
