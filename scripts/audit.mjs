// npm run audit [-- npm's arguments]: known vulnerabilities of what goes into production, by the registry's own advisories
// (R61). One of level high or critical fails. A registry that gives no advisories is said, and fails nothing: no change of
// ours can mend that.
import { spawnSync } from 'node:child_process';
import { root, say } from './lib/root.mjs';

const args = ['audit', '--omit=dev', '--package-lock-only', '--audit-level=high', '--json', '--fetch-retries=1', ...process.argv.slice(2)];
const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', env: { ...process.env, npm_config_audit: 'true' } });
const report = parsed(stdout);
if (!report?.vulnerabilities) {
  say(`nothing was audited, the registry gives no advisories: ${report?.message ?? 'npm audit answered nothing'}`);
} else {
  const found = Object.values(report.vulnerabilities);
  const grave = found.filter(({ severity }) => severity === 'high' || severity === 'critical');
  for (const { name, severity, range } of found) say(`${severity}: ${name} ${range}`);
  say(`${found.length} known vulnerabilities, ${grave.length} of them high or critical`);
  process.exitCode = grave.length === 0 ? 0 : 1;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
