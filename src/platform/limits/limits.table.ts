/**
 * Every rate limit, one line each: how many in how many seconds, and what happens when the counting itself is away. `open`
 * where a limit protects comfort, `closed` where it protects people or passwords. docs/limits.md is generated from this table.
 */
export const limits = {
  sign_up: { points: 60, seconds: 3600, by: 'address', fail: 'closed', why: 'bulk sign-up (R38); a class shares an address' },
  login: { points: 120, seconds: 600, by: 'address', fail: 'closed', why: 'guessing from one address; a carrier has thousands behind one' },
  login_handle: { points: 10, seconds: 600, by: 'handle', fail: 'closed', why: "guessing one person's password" },
  admin_login: { points: 20, seconds: 600, by: 'address or handle', fail: 'closed', why: "guessing an admin's password or code" },
  recover: { points: 5, seconds: 600, by: 'address or handle', fail: 'closed', why: 'guessing a recovery code (R37)' },
  reauth: { points: 10, seconds: 600, by: 'person', fail: 'closed', why: 'guessing with a stolen phone' },
  refresh: { points: 120, seconds: 600, by: 'device', fail: 'open', why: 'a phone that cannot refresh is logged out' },
  look_up: { points: 200, seconds: 86_400, by: 'person', fail: 'closed', why: 'nobody enumerates people (R35)' },
  look_up_address: {
    points: 1000,
    seconds: 86_400,
    by: 'address',
    fail: 'closed',
    why: 'nobody enumerates people with many accounts; several people share an address',
  },
  friend_request: { points: 20, seconds: 86_400, by: 'person', fail: 'closed', why: 'strangers are asked, not courted' },
  export: { points: 30, seconds: 86_400, by: 'person', fail: 'open', why: 'reads everything of a person; a right' },
  export_fetch: { points: 30, seconds: 600, by: 'address', fail: 'open', why: 'the link itself is what nobody guesses' },
  friend_code: { points: 300, seconds: 86_400, by: 'person', fail: 'open', why: 'only load: a QR held up is made anew every few minutes' },
  friend_code_try: { points: 5, seconds: 600, by: 'person', fail: 'closed', why: 'wrong codes; right ones are given back (R37)' },
  friend_code_address: {
    points: 200,
    seconds: 600,
    by: 'address',
    fail: 'closed',
    why: 'guessing with many accounts; a party shares an address',
  },
  report: { points: 30, seconds: 86_400, by: 'person', fail: 'open', why: "nobody's protection waits for a counter" },
  block: { points: 200, seconds: 86_400, by: 'person', fail: 'open', why: "nobody's protection waits for a counter" },
  group_change: { points: 60, seconds: 60, perDay: 1000, by: 'person', fail: 'open', why: 'comfort: who is asked in is a friend' },
  upload: { points: 60, seconds: 60, perDay: 1500, by: 'person', fail: 'open', why: 'comfort: a ticket costs one row that dies by itself' },
  send: { points: 60, seconds: 60, by: 'person', fail: 'open', why: 'comfort, as recipients are friends' },
  send_day: { points: 1000, seconds: 86_400, by: 'person', fail: 'open', why: 'comfort: nobody has so much to say' },
  open: { points: 300, seconds: 60, by: 'person', fail: 'open', why: "nobody's view waits for a counter" },
  read: { points: 600, seconds: 60, by: 'person', fail: 'open', why: 'only load' },
  push: { points: 60, seconds: 3600, by: 'person', fail: 'open', why: 'each names a host that this server then sends to' },
  events: { points: 600, seconds: 60, by: 'person', fail: 'open', why: 'only load' },
  log: { points: 1200, seconds: 60, by: 'address', fail: 'open', why: "an audit reads every page; nobody's proof waits for a counter" },
  realtime_connect: {
    points: 3000,
    seconds: 60,
    by: 'address',
    fail: 'open',
    why: 'only load; phones behind one carrier come back all at once',
  },
} as const satisfies Record<string, LimitRule>;

export interface LimitRule {
  readonly points: number;
  readonly seconds: number;
  /** A second budget, of the same keys, for a whole day. */
  readonly perDay?: number;
  /** Whose budget it is. */
  readonly by: 'person' | 'address' | 'handle' | 'address or handle' | 'device';
  readonly fail: 'open' | 'closed';
  /** What it protects, and so why it fails as it does. */
  readonly why: string;
}

export type LimitName = keyof typeof limits;
