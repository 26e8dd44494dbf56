import type { Config } from '../../platform/config/index.js';
import { describeError, type Logger } from '../../platform/observability/index.js';

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

const UNASKED = 'It cannot be asked: ';

/** A store that is away is away for every question: one such finding says it. */
export const isUnasked = ({ words }: Finding): boolean => words.startsWith(UNASKED);

/** What cannot be asked is a finding of its own. @param cure what helps most often then */
export async function orUnasked(part: string, cure: string, look: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look;
  } catch (error) {
    const { code, message } = describeError(error);
    return [fail(part, `${UNASKED}${message || code || 'no reason given'}.`, cure)];
  }
}
