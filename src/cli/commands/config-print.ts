import { loadConfig, Secret, variables } from '../../platform/config/index.js';
import type { CliCommand } from '../cli-command.js';

interface Shown {
  readonly value: unknown;
  readonly source: 'environment' | 'file' | 'default';
}

/** What the server would run with: every variable, where it came from, secrets as `[redacted]`. */
export const configPrint: CliCommand = {
  name: 'config print',
  summary: 'show every setting and where it comes from; secrets are not shown',
  async run({ environment }) {
    const config = new Map<string, unknown>(Object.entries(loadConfig(environment)));
    const names = Object.keys(variables);
    const shown = Object.fromEntries(
      names.map((name): [string, Shown] => [name, { value: shownValue(config.get(name)), source: sourceOf(name, environment) }]),
    );
    const words = names.map((name) => `${name}=${text(shown[name]?.value)}  # ${shown[name]?.source}`);
    return { words, data: { variables: shown } };
  },
};

function sourceOf(name: string, environment: NodeJS.ProcessEnv): Shown['source'] {
  if (environment[`${name}_FILE`]) return 'file';
  return environment[name] ? 'environment' : 'default';
}

function shownValue(value: unknown): unknown {
  if (value instanceof Secret) return String(value);
  if (typeof value === 'string' && URL.canParse(value)) return withoutPassword(value);
  return value ?? null;
}

/** A URL that is no secret by its kind may still carry one. */
function withoutPassword(value: string): string {
  const url = new URL(value);
  if (!url.username && !url.password) return value;
  return Object.assign(url, { username: '', password: '' }).href.replace('//', '//[redacted]@');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
