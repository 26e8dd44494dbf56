import type { ErrorCode } from './error-codes.js';

/** What a feature throws when it refuses: a stable code and words for a person. Edges turn it into an answer. */
export class Fault extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly extra: FaultExtra = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Fault';
  }
}

export interface FaultExtra {
  /** One entry for each faulty place in the request; `pointer` is a JSON pointer (RFC 6901). */
  readonly errors?: readonly { pointer: string; code: string; message: string }[];
  readonly retryAfterSeconds?: number;
  /** More members of the problem document (RFC 9457 §3.2), such as the devices of `device_limit`. */
  readonly members?: Readonly<Record<string, unknown>>;
}
