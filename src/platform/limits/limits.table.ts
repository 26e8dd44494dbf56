/**
 * Every rate limit, one line each: how many in how many seconds, and what happens when the counting itself is away. `open`
 * where a limit protects comfort, `closed` where it protects people or passwords.
 */
export const limits = {
  sign_up: { points: 20, seconds: 3600, fail: 'closed' }, // bulk sign-up (R38)
  login: { points: 30, seconds: 600, fail: 'closed' }, // guessing from one address
  login_handle: { points: 10, seconds: 600, fail: 'closed' }, // guessing one person's password
  recover: { points: 5, seconds: 600, fail: 'closed' }, // guessing a recovery code (R37)
  reauth: { points: 10, seconds: 600, fail: 'closed' }, // guessing with a stolen phone
  refresh: { points: 120, seconds: 600, fail: 'open' }, // a phone that cannot refresh is logged out
  look_up: { points: 200, seconds: 86_400, fail: 'closed' }, // nobody enumerates people (R35)
  look_up_address: { points: 400, seconds: 86_400, fail: 'closed' }, // nor with many accounts; several people share an address
  friend_request: { points: 20, seconds: 86_400, fail: 'closed' }, // product.md
  export: { points: 30, seconds: 86_400, fail: 'open' }, // reads everything of a person; a right
  export_fetch: { points: 30, seconds: 600, fail: 'open' }, // the link itself is what nobody guesses
  friend_code: { points: 300, seconds: 86_400, fail: 'open' }, // only load: a QR held up is made anew every few minutes
  friend_code_try: { points: 5, seconds: 600, fail: 'closed' }, // wrong codes; right ones are given back (R37)
  friend_code_address: { points: 200, seconds: 600, fail: 'closed' }, // guessing with many accounts; a party shares an address
  block: { points: 200, seconds: 86_400, fail: 'open' }, // nobody's protection waits for a counter
  group_change: { points: 60, seconds: 60, perDay: 1000, fail: 'open' }, // comfort: who is asked in is a friend
  upload: { points: 60, seconds: 60, perDay: 1500, fail: 'open' }, // comfort: a ticket costs one row that dies by itself
  send: { points: 60, seconds: 60, fail: 'open' }, // product.md; comfort, as recipients are friends
  send_day: { points: 1000, seconds: 86_400, fail: 'open' }, // product.md
  open: { points: 300, seconds: 60, fail: 'open' }, // nobody's view waits for a counter
  read: { points: 600, seconds: 60, fail: 'open' }, // only load
  events: { points: 600, seconds: 60, fail: 'open' }, // only load
  log: { points: 1200, seconds: 60, fail: 'open' }, // an audit reads every page; nobody's proof waits for a counter
  realtime_connect: { points: 120, seconds: 60, fail: 'open' }, // phones come back after a cut, all at once
} as const satisfies Record<string, LimitRule>;

export interface LimitRule {
  readonly points: number;
  readonly seconds: number;
  /** A second budget, of the same keys, for a whole day. */
  readonly perDay?: number;
  readonly fail: 'open' | 'closed';
}

export type LimitName = keyof typeof limits;
