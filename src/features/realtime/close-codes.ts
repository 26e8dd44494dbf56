/**
 * Every way this server ends a socket (RFC 6455 §7.4: 4000–4999 are ours). docs/protocol.md and contract/asyncapi.yaml are
 * compared with this table. `reason` is what stands in the close frame, so it is at most 123 bytes.
 */
export const closeCodes = {
  too_large: { code: 1009, reconnect: false, reason: 'a frame was above 64 KiB', advice: 'send smaller frames' },
  restarting: {
    code: 1012,
    reconnect: true,
    reason: 'the server is restarting',
    advice: 'after `after_seconds` of the `reconnect` frame, else after 1–10 s',
  },
  bad_frame: { code: 4400, reconnect: false, reason: 'a frame was not understood', advice: 'mend the client: the same frame fails again' },
  unidentified: {
    code: 4401,
    reconnect: true,
    reason: 'not identified in time, or with a bad token',
    advice: 'at once with a fresh access token, one time',
  },
  forbidden: { code: 4403, reconnect: false, reason: 'this origin or account may not connect', advice: 'ask the operator' },
  unknown_subprotocol: { code: 4406, reconnect: false, reason: 'the subprotocol must be flits.v1.json', advice: 'ask for `flits.v1.json`' },
  heartbeat_missed: { code: 4408, reconnect: true, reason: 'no heartbeat came in time', advice: 'at once' },
  too_slow: { code: 4409, reconnect: true, reason: 'frames were not taken fast enough', advice: 'after 1–10 s, with the `after` you have' },
  session_ended: { code: 4410, reconnect: false, reason: 'the session of this device has ended', advice: 'sign in again' },
  too_fast: { code: 4429, reconnect: true, reason: 'too many frames or connections', advice: 'after 30–60 s, and slower' },
} as const satisfies Record<string, CloseCode>;

export interface CloseCode {
  readonly code: number;
  /** Whether a client should connect again without asking the person. */
  readonly reconnect: boolean;
  readonly reason: string;
  /** When and how, for docs/protocol.md. */
  readonly advice: string;
}

export type CloseName = keyof typeof closeCodes;
