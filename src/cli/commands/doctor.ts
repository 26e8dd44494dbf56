import { joinServices } from '../../app/services.js';
import { loadConfig } from '../../platform/config/index.js';
import { createLogger } from '../../platform/observability/index.js';
import type { CliCommand } from '../cli-command.js';
import { examine } from '../doctor/examine.js';
import type { Finding, FindingState } from '../doctor/finding.js';

const MARK: Readonly<Record<FindingState, string>> = { ok: '  ok  ', warn: ' warn ', fail: ' FAIL ' };

/** Looks at everything Flits leans on, changes nothing, and names the cure of what is not well. Status 1 where something fails. */
export const doctor: CliCommand = {
  name: 'doctor',
  summary: 'look at everything Flits leans on, and say what to do about what is not well',
  async run({ environment }) {
    const log = createLogger({ level: 'silent' });
    const services = await joinServices(loadConfig(environment), log);
    try {
      const findings = await examine({ config: services.config, log });
      return {
        ok: findings.every(({ state }) => state !== 'fail'),
        words: [...findings.flatMap(lines), summary(findings)],
        data: { findings },
      };
    } finally {
      await services.stop();
    }
  },
};

function lines({ part, state, words, cure }: Finding): string[] {
  const line = `[${MARK[state]}] ${part}: ${words}`;
  return cure === undefined ? [line] : [line, `           → ${cure}`];
}

function summary(findings: readonly Finding[]): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  return `${findings.length} looked at: ${count('fail')} fail, ${count('warn')} to know about.`;
}
