import type { Config } from '../../platform/config/index.js';
import type { Logger } from '../../platform/observability/index.js';

/** `warn`: it works, and an operator should know. `fail`: Flits does not start on it, or a promise is not kept. */
export type FindingState = 'ok' | 'warn' | 'fail';

/** One thing that was looked at: what was seen and, where it is not well, what to do. Never a secret. */
export interface Finding {
  readonly part: string;
  readonly state: FindingState;
  readonly words: string;
  readonly cure?: string;
}

/** What examinations look at. Every gap of the configuration is filled: embedded services run. */
export interface Patient {
  readonly config: Config;
  readonly log: Logger;
}

/** Looks at one part. A rejection counts as a finding of its own: the part cannot even be asked. */
export interface Examination {
  readonly part: string;
  /** What helps most often where the part cannot be asked at all. */
  readonly cure: string;
  run(patient: Patient): Promise<Finding[]>;
}

export const ok = (part: string, words: string): Finding => ({ part, state: 'ok', words });
export const warn = (part: string, words: string, cure: string): Finding => ({ part, state: 'warn', words, cure });
export const fail = (part: string, words: string, cure: string): Finding => ({ part, state: 'fail', words, cure });
