import { readFileSync } from 'node:fs';
import { productionFaults } from './production-rules.js';
import { parseEnv, variables, type ConfigFault, type Env } from './config.schema.js';

/** The environment, parsed once and frozen. Fields carry the variables' own names. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- one name for the type and its injection token
export abstract class Config {}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- see above
export interface Config extends Readonly<Env> {}

/** A setting that this place cannot do without; embedded services have filled in theirs by then. */
export function required<N extends keyof Env>(config: Config, name: N): NonNullable<Env[N]> {
  const value = config[name];
  if (value === undefined) throw new ConfigError([{ variable: name, message: 'is needed here' }]);
  return value;
}

/** All faults of a configuration at once, by name, never by value. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly ConfigFault[]) {
    super(['The configuration has faults:', ...faults.map(({ variable, message }) => `  ${variable} ${message}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment; `NAME_FILE` names a file that holds the value of `NAME`.
 * @throws ConfigError naming every faulty variable
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const faults: ConfigFault[] = [];
  const input: Record<string, string | undefined> = {};
  for (const name of Object.keys(variables)) {
    const file = environment[`${name}_FILE`];
    input[name] = environment[name];
    if (!file) continue;
    if (environment[name]) faults.push({ variable: name, message: `and ${name}_FILE are both set: keep one` });
    try {
      input[name] = readFileSync(file, 'utf8').trim();
    } catch {
      faults.push({ variable: `${name}_FILE`, message: 'cannot be read' });
    }
  }
  const { env, faults: found } = parseEnv(input);
  // What is set and faulty is not missing as well.
  const named = new Set(found.map(({ variable }) => variable));
  const strict = env.NODE_ENV === 'production' ? productionFaults(env).filter(({ variable }) => !named.has(variable)) : [];
  faults.push(...found, ...strict);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(env);
}
