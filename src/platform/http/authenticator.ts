import type { Caller } from './caller.js';

/** Turns an access token into a caller. The feature that owns sessions brings the adapter; sockets use it as well. */
export abstract class Authenticator {
  /** @throws Fault `token_expired`, `session_ended`, `invalid_credentials` */
  abstract authenticate(accessToken: string): Promise<Caller>;
}
