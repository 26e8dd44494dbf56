import { Injectable } from '@nestjs/common';
import { Authenticator, type Caller } from '../../platform/http/index.js';
import { AccessTokens } from './access-tokens.js';
import { sessionEnded } from './people.errors.js';
import { SessionWatch } from './session-watch.js';

/** A good signature, time left, and a session that did not end. No query in the ordinary case. */
@Injectable()
export class TokenAuthenticator extends Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly watch: SessionWatch,
  ) {
    super();
  }

  override async authenticate(accessToken: string): Promise<Caller> {
    const claims = this.tokens.read(accessToken);
    if (await this.watch.isEnded(claims.deviceId)) throw sessionEnded();
    return claims;
  }
}
